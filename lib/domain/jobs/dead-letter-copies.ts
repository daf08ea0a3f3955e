import type { DeadLetterRow } from "#lib/domain/dead-letters/dead-letter.ts";
import type { JobState, Outcome } from "#lib/domain/jobs/job.ts";

/** DeadLetterCopy is what one copy job has to do with a dead letter: its row in the job's plan. Instants are epoch ms. */
export interface DeadLetterCopy {
  job: number;
  /** The job's name. */
  name: string;
  state: JobState;
  outcome: Outcome;
  /** Why it is held, refused, failed, unknown or returned; null otherwise. */
  reason: string | null;
  /** How often the record was copied back, this copy included. */
  hop: number;
  /** Where the copy lies; null while it was not sent. */
  target: { topic: string; partition: number; offset: bigint } | null;
  sentAt: number | null;
  settledAt: number | null;
  /** The dead letter that the copy came back as. */
  returnedId: string | null;
}

/** CameFrom is the job whose copy came back as a dead letter. */
export interface CameFrom {
  job: number;
  /** The job's name. */
  name: string;
  /** Which copy of the record it was; null where the job keeps no row of it. */
  hop: number | null;
}

/** ListedDeadLetter is a dead letter with the job that holds or sent it, and the one that it came back from. */
export interface ListedDeadLetter extends DeadLetterRow {
  copy: DeadLetterCopy | null;
  cameFrom: CameFrom | null;
}

/** What a copy is in the hands of its job: `left` was never sent and is not going to be. */
type CopyStanding = "planned" | "waiting" | "sent" | "left";

/** standingOf tells how far a job is with a dead letter. */
export function standingOf({ outcome, state }: Pick<DeadLetterCopy, "outcome" | "state">): CopyStanding {
  switch (outcome) {
    case "sent":
    case "passed":
    case "returned":
    case "unknown":
      return "sent";
    case "refused":
    case "failed":
    case "cancelled":
      return "left";
    case "pending":
    case "held":
      if (state === "planning" || state === "planned") return "planned";
      return outcome === "pending" && (state === "running" || state === "paused") ? "waiting" : "left";
  }
}

/** What weighs most: a job that has the record in hand, then one that sent it, then one that would. */
const WEIGHT: Readonly<Record<CopyStanding, number>> = { waiting: 3, sent: 2, planned: 1, left: 0 };

/**
 * tellingCopy is the copy that tells most about a dead letter: of the job that holds it, else of the newest that sent it,
 * else of the newest that plans to; null where no job does any of it. `copies` are of one dead letter, newest job first.
 */
export function tellingCopy(copies: readonly DeadLetterCopy[]): DeadLetterCopy | null {
  let telling: DeadLetterCopy | null = null;
  for (const copy of copies) {
    const weight = WEIGHT[standingOf(copy)];
    if (weight > (telling === null ? 0 : WEIGHT[standingOf(telling)])) telling = copy;
  }
  return telling;
}
