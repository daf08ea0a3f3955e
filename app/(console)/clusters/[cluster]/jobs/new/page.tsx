import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { NewJobView } from "#components/jobs/new-job-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

export const metadata: Metadata = { title: "New job" };

interface NewJobPageProps {
  params: Promise<{ cluster: string }>;
}

/** The form of a new copy job. */
export default async function NewJobPage({ params }: NewJobPageProps) {
  await requireSession();
  const cluster = decodeSegment((await params).cluster);
  if (cluster === null) notFound();
  return <NewJobView key={cluster} cluster={cluster} />;
}
