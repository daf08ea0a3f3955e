"use client";

import { DatabaseZap } from "lucide-react";

import { formatSince } from "#components/ui/format-instant.ts";
import { useNow } from "#components/ui/use-now.ts";

interface DatabaseOutageProps {
  /** Since when, epoch ms; null where it is not known. */
  sinceAt: number | null;
}

/** The whole page when the database does not answer: that sentence, and no data that might be wrong. */
export function DatabaseOutage({ sinceAt }: DatabaseOutageProps) {
  const now = useNow(60_000);
  const since = sinceAt === null || now === null ? "" : ` since ${formatSince(sinceAt, now)}`;
  return (
    <main
      className="bg-ground fixed inset-0 z-40 flex flex-col items-center justify-center px-6 text-center"
      role="alert"
    >
      <DatabaseZap aria-hidden size={26} strokeWidth={1.5} className="text-critical mb-4" />
      <h1 className="text-xl font-semibold tracking-tight">The database does not answer{since}.</h1>
      <p className="text-muted mt-2 max-w-120 text-base text-balance">
        No data is shown until it does: what was here may no longer be true. See that PostgreSQL runs and can
        be reached from the console.
      </p>
      <p className="text-muted mt-5 flex items-center gap-2 text-sm">
        <span aria-hidden className="bg-notice animate-pulse-soft size-1.5 rounded-full" />
        Trying again every 3 s; the page comes back by itself.
      </p>
    </main>
  );
}
