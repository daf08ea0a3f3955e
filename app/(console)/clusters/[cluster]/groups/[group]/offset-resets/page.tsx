import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { OffsetResetsView } from "#components/offset-resets/offset-resets-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

interface OffsetResetsPageProps {
  params: Promise<{ cluster: string; group: string }>;
}

export const metadata: Metadata = { title: "Changes of a group" };

/** What was done to a group's offsets. */
export default async function OffsetResetsPage({ params }: OffsetResetsPageProps) {
  await requireSession();
  const raw = await params;
  const cluster = decodeSegment(raw.cluster);
  const group = decodeSegment(raw.group);
  if (cluster === null || group === null) notFound();
  return <OffsetResetsView key={`${cluster} ${group}`} cluster={cluster} group={group} />;
}
