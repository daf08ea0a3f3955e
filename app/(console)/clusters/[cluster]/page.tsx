import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { OverviewView } from "#components/clusters/overview-view.tsx";
import { OverviewSagas } from "#components/sagas/overview-sagas.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Overview" };

interface OverviewPageProps {
  params: Promise<{ cluster: string }>;
}

/** What is wrong on one cluster now, and how it runs. */
export default async function OverviewPage({ params }: OverviewPageProps) {
  await requireSession();
  const cluster = decodeSegment((await params).cluster);
  if (cluster === null) notFound();
  return <OverviewView key={cluster} cluster={cluster} more={<OverviewSagas />} />;
}
