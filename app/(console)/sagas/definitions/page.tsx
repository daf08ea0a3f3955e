import type { Metadata } from "next";

import { DefinitionsView } from "#components/sagas/definitions-view.tsx";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Saga definitions" };

/** The types of sagas. */
export default async function SagaDefinitionsPage() {
  await requireSession();
  return <DefinitionsView />;
}
