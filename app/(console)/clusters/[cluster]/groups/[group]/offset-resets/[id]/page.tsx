import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { OffsetResetView } from "#components/offset-resets/offset-reset-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

interface OffsetResetPageProps {
  params: Promise<{ cluster: string; group: string; id: string }>;
}

export const metadata: Metadata = { title: "Offset reset" };

/** One offset reset: its plan, and what became of it. */
export default async function OffsetResetPage({ params }: OffsetResetPageProps) {
  await requireSession();
  const raw = await params;
  const cluster = decodeSegment(raw.cluster);
  const group = decodeSegment(raw.group);
  const id = decodeSegment(raw.id);
  if (cluster === null || group === null || id === null) notFound();
  return <OffsetResetView key={`${cluster} ${group} ${id}`} cluster={cluster} group={group} id={id} />;
}
