import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { TopicsView } from "#components/topics/topics-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Topics" };

interface TopicsPageProps {
  params: Promise<{ cluster: string }>;
}

/** The topics of one cluster. */
export default async function TopicsPage({ params }: TopicsPageProps) {
  await requireSession();
  const cluster = decodeSegment((await params).cluster);
  if (cluster === null) notFound();
  return <TopicsView cluster={cluster} />;
}
