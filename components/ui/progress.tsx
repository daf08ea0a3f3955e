import { clsx } from "clsx";

import { formatCount } from "./format-quantity.ts";
import { TONE_FILL, type Tone } from "./tone.ts";

interface ProgressProps {
  /** What goes on: "records sent". */
  label: string;
  done: number;
  total: number;
  tone?: Tone;
}

/** How far something is, as a bar and as words: `21 of 35`. */
export function Progress({ label, done, total, tone = "notice" }: ProgressProps) {
  const part = total <= 0 ? 0 : Math.min(1, Math.max(0, done / total));
  return (
    <div className="flex items-center gap-3">
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
        className="bg-line h-1.5 min-w-16 flex-1 overflow-hidden rounded-full"
      >
        <div className={clsx("h-full rounded-full", TONE_FILL[tone])} style={{ width: `${part * 100}%` }} />
      </div>
      <span className="text-muted tabular text-xs whitespace-nowrap">
        {formatCount(done)} of {formatCount(total)} {label}
      </span>
    </div>
  );
}
