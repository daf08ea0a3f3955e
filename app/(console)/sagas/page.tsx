import type { Metadata } from "next";

import { SagasView } from "#components/sagas/sagas-view.tsx";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Sagas" };

/** The sagas of every source. */
export default async function SagasPage() {
  await requireSession();
  return <SagasView />;
}
