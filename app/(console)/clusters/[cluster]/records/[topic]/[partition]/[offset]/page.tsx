import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { RecordView } from "#components/records/record-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

interface RecordPageProps {
  params: Promise<{ cluster: string; topic: string; partition: string; offset: string }>;
}

/** The tab says which record it is. */
export async function generateMetadata({ params }: RecordPageProps): Promise<Metadata> {
  const { topic, partition, offset } = await params;
  return { title: `${decodeSegment(topic) ?? "Record"} ${partition} ${offset}` };
}

/** One record. */
export default async function RecordPage({ params }: RecordPageProps) {
  await requireSession();
  const raw = await params;
  const cluster = decodeSegment(raw.cluster);
  const topic = decodeSegment(raw.topic);
  if (
    cluster === null ||
    topic === null ||
    !/^\d{1,9}$/.test(raw.partition) ||
    !/^\d{1,19}$/.test(raw.offset)
  )
    notFound();
  return (
    <RecordView
      cluster={cluster}
      topic={topic}
      partition={Number(raw.partition)}
      offset={BigInt(raw.offset)}
    />
  );
}
