import { clsx } from "clsx";
import type { LucideIcon } from "lucide-react";

import { TONE_ICON, TONE_SURFACE, TONE_TEXT, type Tone } from "./tone.ts";
import { Tooltip } from "./tooltip.tsx";

interface StateTagProps {
  tone: Tone;
  /** The state in a word or two: "falls behind". */
  word: string;
  /** Replaces the tone's own icon. */
  icon?: LucideIcon;
  /** Why it is so; on hover. */
  hint?: string;
  /** `plain` (icon and word) for lists, `boxed` for headers. */
  look?: "plain" | "boxed";
}

/** A state as colour, icon and word together; never colour alone. */
export function StateTag({ tone, word, icon, hint, look = "plain" }: StateTagProps) {
  const Icon = icon ?? TONE_ICON[tone];
  return (
    <Tooltip content={hint}>
      <span
        className={clsx(
          "inline-flex max-w-full items-center gap-1.5 align-middle font-medium whitespace-nowrap",
          look === "boxed" ? ["h-6 rounded border px-2 text-xs", TONE_SURFACE[tone]] : TONE_TEXT[tone],
        )}
      >
        <Icon aria-hidden size={14} strokeWidth={2} className="shrink-0" />
        <span className="truncate">{word}</span>
      </span>
    </Tooltip>
  );
}
