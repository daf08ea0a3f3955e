import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { CauseView } from "#components/dead-letters/cause-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Cause of dead letters" };

interface CausePageProps {
  params: Promise<{ cluster: string; id: string }>;
}

/** One cause of dead letters. */
export default async function CausePage({ params }: CausePageProps) {
  await requireSession();
  const raw = await params;
  const cluster = decodeSegment(raw.cluster);
  const id = decodeSegment(raw.id);
  if (cluster === null || id === null) notFound();
  return <CauseView key={`${cluster} ${id}`} cluster={cluster} id={id} />;
}
