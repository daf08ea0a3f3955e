"use client";

import { Tooltip } from "./tooltip.tsx";

interface UnknownDashProps {
  /** Why the value is unknown, as a sentence. */
  reason: string;
}

/** A value that is not known: a dash, with the reason on hover and for a screen reader. Never a zero. */
export function UnknownDash({ reason }: UnknownDashProps) {
  return (
    <Tooltip content={reason}>
      <span role="img" aria-label={`Unknown: ${reason}`} className="text-muted cursor-help">
        –
      </span>
    </Tooltip>
  );
}
