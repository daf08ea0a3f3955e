import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { JobsView } from "#components/jobs/jobs-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "Jobs" };

interface JobsPageProps {
  params: Promise<{ cluster: string }>;
}

/** The copy jobs of one cluster. */
export default async function JobsPage({ params }: JobsPageProps) {
  await requireSession();
  const cluster = decodeSegment((await params).cluster);
  if (cluster === null) notFound();
  return <JobsView key={cluster} cluster={cluster} />;
}
