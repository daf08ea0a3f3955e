import { clsx } from "clsx";

import { formatCount } from "#components/ui/format-quantity.ts";
import { TONE_FILL } from "#components/ui/tone.ts";
import type { Outcome, OutcomeCounts } from "#lib/domain/jobs/job.ts";

import { meantOf, sentOf } from "./job-figures.ts";
import { OUTCOME_WORDS } from "./job-words.ts";

interface OutcomeBarProps {
  counts: OutcomeCounts;
  /** Whose records: "Records of job 12". */
  label: string;
  /** Of a replay to a group: what is read again is told, for nothing is sent. */
  rereads?: boolean;
}

/** In the order in which they are drawn; what waits is the ground. */
const DRAWN: readonly Outcome[] = ["passed", "sent", "returned", "unknown", "failed"];

/** How far a job is, in one bar: what passed, what is sent, what came back; and in words `21 of 35`. */
export function OutcomeBar({ counts, label, rereads = false }: OutcomeBarProps) {
  const total = meantOf(counts);
  const sent = rereads ? counts.passed : sentOf(counts);
  const words = DRAWN.filter((outcome) => counts[outcome] > 0)
    .map((outcome) => `${formatCount(counts[outcome])} ${OUTCOME_WORDS[outcome].word}`)
    .join(", ");
  return (
    <span className="flex min-w-0 items-center gap-3">
      <span
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={sent}
        aria-valuetext={`${formatCount(sent)} of ${formatCount(total)} ${rereads ? "read again" : "sent"}${words === "" ? "" : `: ${words}`}`}
        title={words}
        className="bg-line flex h-1.5 min-w-16 flex-1 gap-px overflow-hidden rounded-full"
      >
        {total > 0 &&
          DRAWN.filter((outcome) => counts[outcome] > 0).map((outcome) => (
            <span
              key={outcome}
              className={clsx("h-full", TONE_FILL[OUTCOME_WORDS[outcome].tone])}
              style={{ width: `${(counts[outcome] / total) * 100}%` }}
            />
          ))}
      </span>
      <span className="text-muted tabular text-xs whitespace-nowrap">
        {formatCount(sent)} of {formatCount(total)}
      </span>
    </span>
  );
}
