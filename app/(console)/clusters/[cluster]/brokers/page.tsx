import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { BrokersView } from "#components/brokers/brokers-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Brokers" };

interface BrokersPageProps {
  params: Promise<{ cluster: string }>;
}

/** The brokers of one cluster. */
export default async function BrokersPage({ params }: BrokersPageProps) {
  await requireSession();
  const cluster = decodeSegment((await params).cluster);
  if (cluster === null) notFound();
  return <BrokersView cluster={cluster} />;
}
