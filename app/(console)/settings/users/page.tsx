import type { Metadata } from "next";

import { UsersView } from "#components/access/users-view.tsx";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Users" };

/** Who may sign in. */
export default async function UsersPage() {
  await requireSession();
  return <UsersView />;
}
