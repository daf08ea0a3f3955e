"use client";

import { PageFailure } from "#components/layout/page-failure.tsx";

/** Stands inside the frame where a page could not be drawn. */
export default function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  return <PageFailure error={error} retry={retry} />;
}
