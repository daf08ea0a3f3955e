"use client";

import { clsx } from "clsx";

import { formatInstantFull, formatRelative } from "./format-instant.ts";
import { Tooltip } from "./tooltip.tsx";
import { useNow } from "./use-now.ts";

interface AgeProps {
  /** When the number beside it was observed, epoch milliseconds; `null` never, `undefined` not known yet. */
  observedAt: number | null | undefined;
  /** Where it came from: "sampled from the brokers by the worker". */
  source?: string;
  /** Older than this it turns amber and says so. */
  staleAfterMs?: number;
}

/** How old a number is: quiet while fresh, a warning once stale. */
export function Age({ observedAt, source, staleAfterMs = 45_000 }: AgeProps) {
  const now = useNow();
  if (observedAt === undefined) return null;
  if (observedAt === null) {
    return <span className="text-muted text-xs">never sampled</span>;
  }
  if (now === null) return <span className="text-muted text-xs">…</span>;
  const stale = now - observedAt > staleAfterMs;
  const at = formatInstantFull(observedAt);
  return (
    <Tooltip content={source === undefined ? `Observed ${at}` : `${source}, ${at}`}>
      <time
        dateTime={new Date(observedAt).toISOString()}
        className={clsx(
          "tabular text-xs whitespace-nowrap",
          stale ? "text-warning font-medium" : "text-muted",
        )}
      >
        {stale ? `stale: ${formatRelative(observedAt, now)}` : formatRelative(observedAt, now)}
      </time>
    </Tooltip>
  );
}
