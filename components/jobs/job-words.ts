import { formatCount } from "#components/ui/format-quantity.ts";
import type { ToneWords } from "#components/ui/tone.ts";
import type { ProcessedMark } from "#lib/domain/jobs/job-plan.ts";
import type { JobKind, JobRow, JobState, JobTarget, Outcome } from "#lib/domain/jobs/job.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";

/** STATE_WORDS: each state of a job as people call it. */
export const STATE_WORDS: Readonly<Record<JobState, ToneWords>> = {
  planning: { tone: "notice", word: "planning", meaning: "A worker makes the plan. Nothing is sent." },
  refused: { tone: "warning", word: "refused", meaning: "The plan cannot be started. Nothing was sent." },
  planned: { tone: "notice", word: "planned", meaning: "The plan waits to be started. Nothing is sent yet." },
  running: { tone: "notice", word: "running", meaning: "Records are being sent." },
  paused: { tone: "warning", word: "paused", meaning: "Nothing is sent until it is resumed." },
  settling: {
    tone: "notice",
    word: "settling",
    meaning: "All is sent. It waits to see which records pass and which come back.",
  },
  done: { tone: "ok", word: "done", meaning: "All is sent, and what became of each record is known." },
  cancelled: { tone: "neutral", word: "cancelled", meaning: "What was sent stays sent; the rest was not." },
  failed: {
    tone: "critical",
    word: "failed",
    meaning: "It ended without knowing how to go on. The outcomes it knows are kept.",
  },
};

/** OUTCOME_WORDS: what became of one record. */
export const OUTCOME_WORDS: Readonly<Record<Outcome, ToneWords>> = {
  pending: { tone: "neutral", word: "pending", meaning: "It waits to be sent." },
  held: { tone: "warning", word: "held", meaning: "It waits for a choice, and is not sent without one." },
  sent: { tone: "notice", word: "sent", meaning: "It is in the target; nobody knows yet whether it passes." },
  passed: { tone: "ok", word: "passed", meaning: "Its reader went past it, and it has not come back." },
  returned: { tone: "warning", word: "returned", meaning: "It came back as a dead letter." },
  unknown: { tone: "warning", word: "unknown", meaning: "It was sent; what became of it cannot be told." },
  refused: { tone: "neutral", word: "refused", meaning: "The plan's rules leave it out. It was not sent." },
  failed: { tone: "critical", word: "failed", meaning: "It could not be sent." },
  cancelled: { tone: "neutral", word: "cancelled", meaning: "The job ended before it was sent." },
};

/** KIND_WORDS: what a job is for. */
export const KIND_WORDS: Readonly<Record<JobKind, { word: string; meaning: string }>> = {
  redrive: { word: "redrive", meaning: "Dead letters go back to work." },
  replay: { word: "replay", meaning: "History is sent again." },
  republish: { word: "republish", meaning: "Records of a topic are copied to another." },
};

/** PROCESSED_WORDS: what the group's own table of processed events says. */
export const PROCESSED_WORDS: Readonly<Record<ProcessedMark, string>> = {
  never: "not processed before",
  processed: "processed already: the group would swallow them",
  "past-window": "older than the group remembers: they would be processed again",
  unknown: "not known",
};

/** targetPhrase says where a job sends: `payments, by its own way in`, `the source topic`, `orders.shadow`. */
export function targetPhrase(target: JobTarget): string {
  switch (target.kind) {
    case "way-in":
      return `${target.group}, by its own way in`;
    case "source":
      return "the source topic";
    case "topic":
      return target.topic;
    case "shadow":
      return `shadow topics named ${target.name}`;
    case "group":
      return `${target.group}, by setting its offsets back`;
  }
}

/** targetTopicsPhrase names the topics of a plan: one by its name, several by their number. */
export function targetTopicsPhrase(job: Pick<JobRow, "target">, topics: readonly string[]): string {
  const [first, ...more] = topics;
  if (first === undefined) return targetPhrase(job.target);
  return more.length === 0 ? first : `${formatCount(topics.length)} topics`;
}

/** sendTitle is the verb of the last button: `Send 12 records to order.order.placed.redrive.payments`. */
export function sendTitle(records: number, atMost: boolean, to: string): string {
  return `Send ${atMost ? "at most " : ""}${recordsPhrase(records)} to ${to}`;
}

/** clockOf writes minutes of a UTC day as `09:30`. */
export function clockOf(minutes: number): string {
  return [Math.floor(minutes / 60), minutes % 60].map((part) => part.toString().padStart(2, "0")).join(":");
}
