import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { GroupsView } from "#components/groups/groups-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Groups" };

interface GroupsPageProps {
  params: Promise<{ cluster: string }>;
}

/** The consumer groups of one cluster. */
export default async function GroupsPage({ params }: GroupsPageProps) {
  await requireSession();
  const cluster = decodeSegment((await params).cluster);
  if (cluster === null) notFound();
  return <GroupsView key={cluster} cluster={cluster} />;
}
