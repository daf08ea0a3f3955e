import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { DeadLettersView } from "#components/dead-letters/dead-letters-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Dead letters" };

interface DeadLettersPageProps {
  params: Promise<{ cluster: string }>;
}

/** The dead letters of one cluster, by cause. */
export default async function DeadLettersPage({ params }: DeadLettersPageProps) {
  await requireSession();
  const cluster = decodeSegment((await params).cluster);
  if (cluster === null) notFound();
  return <DeadLettersView key={cluster} cluster={cluster} />;
}
