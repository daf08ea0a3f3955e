import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { JobView } from "#components/jobs/job-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

interface JobPageProps {
  params: Promise<{ cluster: string; number: string }>;
}

/** The tab's title is the job's number. */
export async function generateMetadata({ params }: JobPageProps): Promise<Metadata> {
  return { title: `Job ${(await params).number}` };
}

/** One copy job. */
export default async function JobPage({ params }: JobPageProps) {
  await requireSession();
  const raw = await params;
  const cluster = decodeSegment(raw.cluster);
  const number = /^[1-9]\d{0,8}$/.test(raw.number) ? Number(raw.number) : null;
  if (cluster === null || number === null) notFound();
  return <JobView key={`${cluster} ${number}`} cluster={cluster} number={number} />;
}
