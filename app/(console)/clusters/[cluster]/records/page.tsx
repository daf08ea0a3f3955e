import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { RecordsView } from "#components/records/records-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Records" };

interface RecordsPageProps {
  params: Promise<{ cluster: string }>;
}

/** The records of one cluster. */
export default async function RecordsPage({ params }: RecordsPageProps) {
  await requireSession();
  const cluster = decodeSegment((await params).cluster);
  if (cluster === null) notFound();
  return <RecordsView cluster={cluster} />;
}
