import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { TopicView } from "#components/topics/topic-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

interface TopicPageProps {
  params: Promise<{ cluster: string; topic: string }>;
}

/** The tab says which topic it is. */
export async function generateMetadata({ params }: TopicPageProps): Promise<Metadata> {
  return { title: decodeSegment((await params).topic) ?? "Topic" };
}

/** One topic of one cluster. */
export default async function TopicPage({ params }: TopicPageProps) {
  await requireSession();
  const raw = await params;
  const cluster = decodeSegment(raw.cluster);
  const topic = decodeSegment(raw.topic);
  if (cluster === null || topic === null) notFound();
  return <TopicView cluster={cluster} topic={topic} />;
}
