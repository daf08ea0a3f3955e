import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { DefinitionView } from "#components/sagas/definition-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

interface SagaDefinitionPageProps {
  params: Promise<{ source: string; type: string }>;
}

/** The tab's title is the type. */
export async function generateMetadata({ params }: SagaDefinitionPageProps): Promise<Metadata> {
  return { title: decodeSegment((await params).type) ?? "Saga definition" };
}

/** One type of saga. */
export default async function SagaDefinitionPage({ params }: SagaDefinitionPageProps) {
  await requireSession();
  const raw = await params;
  const source = decodeSegment(raw.source);
  const type = decodeSegment(raw.type);
  if (source === null || type === null) notFound();
  return <DefinitionView key={`${source} ${type}`} source={source} type={type} />;
}
