import type { Metadata } from "next";

import { TokensView } from "#components/access/tokens-view.tsx";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "API tokens" };

/** The API tokens of the signed-in user. */
export default async function TokensPage() {
  await requireSession();
  return <TokensView />;
}
