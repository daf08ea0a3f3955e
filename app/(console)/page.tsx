import type { Metadata } from "next";

import { HomeView } from "#components/clusters/home-view.tsx";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Overview" };

/** The console's first page: on to the overview of the first cluster. */
export default async function HomePage() {
  await requireSession();
  return <HomeView />;
}
