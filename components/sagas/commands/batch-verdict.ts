import type { Tone } from "#components/ui/tone.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import type { getSagaCommands } from "#lib/contracts/saga-commands.ts";

import { sagasPhrase } from "./batch-summary.ts";

/** A batch as the API answers it. */
export type Batch = OutputOf<typeof getSagaCommands>;

/** leftOf counts commands of a batch that may still change: they wait for their turn or for an answer. */
export const leftOf = ({ counts }: Pick<Batch, "counts">): number => counts.waiting + counts.sent;

/** batchVerdict says in one sentence how a batch stands. */
export function batchVerdict(batch: Pick<Batch, "counts" | "total" | "cancelled">): {
  sentence: string;
  tone: Tone;
} {
  const { counts, total, cancelled } = batch;
  const parts = [
    [counts.done, "done"],
    [counts.refused, "refused"],
    [counts.expired, "expired with nothing done"],
    [counts.failed, "not sent"],
    [counts.unknown, "of unknown outcome"],
    [counts.cancelled, "cancelled"],
    [counts.sent, "waiting for an answer"],
    [counts.waiting, "waiting for their turn"],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, words]) => `${count} ${words}`);
  const stopped = cancelled ? "Cancelled. " : "";
  return { sentence: `${stopped}Of ${sagasPhrase(total)}: ${told.join(", ")}.`, tone: toneOf(batch) };
}

function toneOf({ counts, total }: Pick<Batch, "counts" | "total">): Tone {
  if (counts.unknown > 0) return "critical";
  if (counts.refused + counts.expired + counts.failed > 0) return "warning";
  if (leftOf({ counts }) > 0) return "notice";
  return counts.done === total ? "ok" : "neutral";
}
