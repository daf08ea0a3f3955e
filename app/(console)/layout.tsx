import { cookies } from "next/headers";
import type { ReactNode } from "react";

import { ConsoleFrame } from "#components/layout/console-frame.tsx";
import { NAV_COOKIE } from "#components/layout/nav-cookie.ts";
import { OutagePage } from "#components/layout/outage-page.tsx";
import { requireSession } from "#lib/http/session.ts";

/** The frame around every page that asks for a session; without the database that sentence and nothing else. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  const session = await requireSession();
  if (session.state === "database-unreachable") return <OutagePage sinceAt={session.sinceAt} />;
  const collapsed = (await cookies()).get(NAV_COOKIE)?.value === "icons";
  return (
    <ConsoleFrame navCollapsed={collapsed} user={session.me}>
      {children}
    </ConsoleFrame>
  );
}
