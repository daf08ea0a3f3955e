import type { Tone } from "#components/ui/tone.ts";
import { standingOf, type CameFrom, type DeadLetterCopy } from "#lib/domain/jobs/dead-letter-copies.ts";
import type { Outcome } from "#lib/domain/jobs/job.ts";

/** A copy in words, around the link to its job: `in` job 12 `, sent` 3 min ago. */
export interface CopyWords {
  before: string;
  after: string;
  /** The instant that ends the words, epoch ms; null where there is none. */
  at: number | null;
  tone: Tone;
}

/** copyWords says which part a job has in a dead letter, and since when. */
export function copyWords(copy: DeadLetterCopy): CopyWords {
  const { outcome, sentAt, settledAt } = copy;
  switch (standingOf(copy)) {
    case "planned":
      return { before: "planned in", after: outcome === "held" ? ", held" : "", at: null, tone: "neutral" };
    case "waiting":
      return { before: "in", after: ", waits to be sent", at: null, tone: "notice" };
    case "left":
      return { before: LEFT[outcome] ?? "left out by", after: "", at: null, tone: toneOf(outcome) };
    case "sent":
      break;
  }
  const settled = settledAt ?? sentAt;
  switch (outcome) {
    case "passed":
      return { before: "sent by", after: ", passed", at: settled, tone: "ok" };
    case "returned":
      return { before: "sent by", after: ", came back", at: settled, tone: "warning" };
    case "unknown":
      return { before: "sent by", after: ", outcome unknown", at: settled, tone: "warning" };
    default:
      return { before: "in", after: ", sent", at: sentAt, tone: "notice" };
  }
}

const LEFT: Partial<Record<Outcome, string>> = {
  refused: "refused by",
  failed: "could not be sent by",
  cancelled: "not sent by",
  held: "held by",
};
const toneOf = (outcome: Outcome): Tone => (outcome === "failed" ? "critical" : "neutral");

/** copyText is {@link copyWords} as plain text without the instant: for hover and for a narrow cell. */
export function copyText(copy: DeadLetterCopy): string {
  const { before, after } = copyWords(copy);
  return `${before} job ${copy.job}${after}`;
}

/** cameFromText says whose copy came back as a dead letter: `came back from job 9, hop 2`. */
export function cameFromText({ job, hop }: Pick<CameFrom, "job" | "hop">): string {
  return `came back from job ${job}${hopWords(hop)}`;
}

/** hopWords counts the copies of a record: `, hop 2`; nothing where it is not told. */
export const hopWords = (hop: number | null): string => (hop === null ? "" : `, hop ${hop}`);
