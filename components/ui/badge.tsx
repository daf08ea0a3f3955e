import { clsx } from "clsx";
import type { ReactNode } from "react";

import { TONE_SURFACE, type Tone } from "./tone.ts";

interface BadgeProps {
  tone?: Tone;
  children: ReactNode;
}

/** A small label or count: a role, a protocol, "internal". For a state use StateTag. */
export function Badge({ tone = "neutral", children }: BadgeProps) {
  return (
    <span
      className={clsx(
        "tabular inline-flex h-5 items-center rounded-sm border px-1.5 text-xs leading-none font-medium whitespace-nowrap",
        TONE_SURFACE[tone],
      )}
    >
      {children}
    </span>
  );
}
