import type { Metadata } from "next";

import { ApiReferenceView } from "#components/access/api-reference-view.tsx";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "API reference" };

/** Every call of the API, readable. */
export default async function ApiReferencePage() {
  await requireSession();
  return <ApiReferenceView />;
}
