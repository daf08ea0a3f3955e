import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { DeadLetterTopicsView } from "#components/dead-letters/dead-letter-topics-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Dead-letter topics" };

interface DeadLetterTopicsPageProps {
  params: Promise<{ cluster: string }>;
}

/** The dead-letter topics of one cluster and what feeds them. */
export default async function DeadLetterTopicsPage({ params }: DeadLetterTopicsPageProps) {
  await requireSession();
  const cluster = decodeSegment((await params).cluster);
  if (cluster === null) notFound();
  return <DeadLetterTopicsView key={cluster} cluster={cluster} />;
}
