import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { BatchView } from "#components/sagas/commands/batch-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

interface BatchPageProps {
  params: Promise<{ batch: string }>;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The tab's title. */
export const metadata: Metadata = { title: "Batch of saga commands" };

/** One command to many sagas, with a result each. */
export default async function BatchPage({ params }: BatchPageProps) {
  await requireSession();
  const batch = decodeSegment((await params).batch);
  if (batch === null || !UUID.test(batch)) notFound();
  return <BatchView key={batch} batch={batch} />;
}
