import type { Metadata } from "next";
import { notFound } from "next/navigation";

import { sagaTitle } from "#components/sagas/saga-title.ts";
import { SagaView } from "#components/sagas/saga-view.tsx";
import { decodeSegment } from "#lib/contracts/paths.ts";
import { requireSession } from "#lib/http/session.ts";

interface SagaPageProps {
  params: Promise<{ id: string }>;
}

/** The tab's title is the saga's type and id. */
export async function generateMetadata({ params }: SagaPageProps): Promise<Metadata> {
  return { title: sagaTitle(decodeSegment((await params).id)) ?? "Saga" };
}

/** One saga. */
export default async function SagaPage({ params }: SagaPageProps) {
  await requireSession();
  const id = decodeSegment((await params).id);
  if (id === null || sagaTitle(id) === null) notFound();
  return <SagaView key={id} id={id} />;
}
