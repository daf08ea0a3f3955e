"use client";

import { formatInstantFull } from "#components/ui/format-instant.ts";
import { formatDuration } from "#components/ui/format-quantity.ts";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";
import { useNow } from "#components/ui/use-now.ts";
import type { DeadLetterRow } from "#lib/domain/dead-letters/dead-letter.ts";

interface RetentionLeftProps {
  row: Pick<DeadLetterRow, "expiresAt" | "state">;
}

/** Below this a record is about to go: ms. */
const SOON_MS = 24 * 3_600_000;
const TICK_MS = 10_000;

/** How long Kafka keeps the record at least. */
export function RetentionLeft({ row: { expiresAt, state } }: RetentionLeftProps) {
  const now = useNow(TICK_MS);
  if (state === "expired") return <span className="text-muted">gone</span>;
  if (expiresAt === null)
    return <UnknownDash reason="The topic keeps its records, or how long it keeps them is not known." />;
  if (now === null) return <span className="text-muted">…</span>;
  const leftMs = expiresAt - now;
  return (
    <Tooltip content={`Retention may take it from ${formatInstantFull(expiresAt)} on.`}>
      <span className={leftMs < SOON_MS ? "text-warning font-medium" : undefined}>
        {leftMs <= 0 ? "any moment" : formatDuration(leftMs)}
      </span>
    </Tooltip>
  );
}
