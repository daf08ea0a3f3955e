import type { Metadata } from "next";

import { ClusterSettingsView } from "#components/clusters/cluster-settings-view.tsx";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Clusters" };

/** The clusters of the config. */
export default async function ClusterSettingsPage() {
  await requireSession();
  return <ClusterSettingsView />;
}
