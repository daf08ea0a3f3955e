"use client";

import { Quantity } from "./quantity.tsx";

interface DurationProps {
  /** Milliseconds; `null` draws a dash with `reason`. */
  ms: number | null | undefined;
  reason?: string;
  hint?: string;
  live?: boolean;
}

/** A length of time as `4 m 12 s`. */
export function Duration({ ms, reason, hint, live }: DurationProps) {
  return (
    <Quantity
      kind="durationMs"
      value={ms}
      {...(reason === undefined ? {} : { reason })}
      {...(hint === undefined ? {} : { hint })}
      {...(live === undefined ? {} : { live })}
    />
  );
}
