import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { DeadLetterView } from "#components/dead-letters/dead-letter-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Dead letter" };

interface DeadLetterPageProps {
  params: Promise<{ cluster: string; id: string }>;
}

/** One dead letter. */
export default async function DeadLetterPage({ params }: DeadLetterPageProps) {
  await requireSession();
  const raw = await params;
  const cluster = decodeSegment(raw.cluster);
  const id = decodeSegment(raw.id);
  if (cluster === null || id === null) notFound();
  return <DeadLetterView cluster={cluster} id={id} />;
}
