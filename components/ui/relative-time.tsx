"use client";

import { formatInstantFull, formatRelative } from "./format-instant.ts";
import { Tooltip } from "./tooltip.tsx";
import { UnknownDash } from "./unknown-dash.tsx";
import { useNow } from "./use-now.ts";

interface RelativeTimeProps {
  /** Epoch milliseconds; `null` draws a dash with `reason`. */
  at: number | null | undefined;
  reason?: string;
}

/** An instant: relative and ticking under a day, absolute with zone beyond, everything on hover. */
export function RelativeTime({ at, reason = "not known" }: RelativeTimeProps) {
  const now = useNow();
  if (at === null || at === undefined) return <UnknownDash reason={reason} />;
  const iso = new Date(at).toISOString();
  if (now === null) return <time dateTime={iso}>{`${iso.slice(0, 16).replace("T", " ")} UTC`}</time>;
  return (
    <Tooltip content={formatInstantFull(at)}>
      <time dateTime={iso} className="tabular whitespace-nowrap">
        {formatRelative(at, now)}
      </time>
    </Tooltip>
  );
}
