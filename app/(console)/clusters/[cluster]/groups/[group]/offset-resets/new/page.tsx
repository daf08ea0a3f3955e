import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { ResetFormView } from "#components/offset-resets/reset-form-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

interface NewResetPageProps {
  params: Promise<{ cluster: string; group: string }>;
}

export const metadata: Metadata = { title: "Reset offsets" };

/** The form of a new offset reset. */
export default async function NewResetPage({ params }: NewResetPageProps) {
  await requireSession();
  const raw = await params;
  const cluster = decodeSegment(raw.cluster);
  const group = decodeSegment(raw.group);
  if (cluster === null || group === null) notFound();
  return <ResetFormView key={`${cluster} ${group}`} cluster={cluster} group={group} />;
}
