import type { JobSource } from "#lib/domain/jobs/job-source.ts";
import type { JobPlan, PlanNote, ProcessedMark } from "#lib/domain/jobs/job-plan.ts";
import type { Transform } from "#lib/domain/jobs/transform.ts";

/** JOB_KINDS: dead letters back to work, history again, any selection to any topic. All three are one engine. */
export const JOB_KINDS = ["redrive", "replay", "republish"] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/**
 * JOB_STATES. `planning` is computed by a worker; `refused` and `planned` have a plan; `running` sends; `paused` and
 * `settling` send nothing; `done` and `cancelled` are the ends. `failed` ended without knowing how to go on, its
 * outcomes kept.
 */
export const JOB_STATES = [
  "planning",
  "refused",
  "planned",
  "running",
  "paused",
  "settling",
  "done",
  "cancelled",
  "failed",
] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What a person wants of a job that was started; its worker reads it between two transactions. */
export const JOB_WISHES = ["run", "pause", "cancel"] as const;
export type JobWish = (typeof JOB_WISHES)[number];

/**
 * OUTCOMES of one planned record. `pending` waits to be sent, `held` waits for a person's choice and is not sent,
 * `sent` is in the target and not settled; `passed`, `returned` and `unknown` are settled; `refused` was never sent
 * by the plan's rules, `failed` could not be, `cancelled` was not sent because the job was ended.
 */
export const OUTCOMES = [
  "pending",
  "held",
  "sent",
  "passed",
  "returned",
  "unknown",
  "refused",
  "failed",
  "cancelled",
] as const;
export type Outcome = (typeof OUTCOMES)[number];
export type OutcomeCounts = Record<Outcome, number>;

/**
 * Where the copies go. `way-in` is the failing group's own topic, a topic for each base topic; `shadow` a topic
 * `<source>.shadow.<name>` for each source, made at the start where it is not there. `group` copies nothing: the group's
 * offsets are set back to where the ranges begin, once it is empty.
 */
export type JobTarget =
  | { kind: "way-in"; group: string }
  | { kind: "source" }
  | { kind: "topic"; topic: string }
  | { kind: "shadow"; name: string }
  | { kind: "group"; group: string };

/** How fast, and in which steps. */
export interface Pace {
  /** null is as fast as the brokers take it. */
  recordsPerSecond: number | null;
  /** Whether the ladder 1, 5, 50, all is climbed on settled records. */
  canary: boolean;
  /** Sends only between these, UTC minutes of the day; over midnight where `from` is the greater. null is always. */
  window: { fromMinute: number; toMinute: number } | null;
  /** The job pauses when this share of the settled records of a rung came back, in percent. */
  stopAtReturnedPercent: number;
}

/** JobSpec is what was asked for; the plan is made of it and it never changes. */
export interface JobSpec {
  kind: JobKind;
  name: string;
  description: string;
  source: JobSource;
  transform: Transform;
  target: JobTarget;
  pace: Pace;
  /** Whether records are sent whose key has newer committed records, or nobody can tell. */
  stale: "hold" | "send";
  /** Times of the copies: `new` is now, `kept` is the record's own (replays alone). */
  times: "new" | "kept";
  /** Whether a record that the group has processed already is sent; it would be swallowed. */
  processed: "send" | "leave-out";
}

/** One entry of a job's audit trail. */
export interface JobEvent {
  at: number;
  /** A person's label, or `worker`. */
  actor: string;
  what: string;
}

/** What a job waits for while it runs, in a sentence; null while it sends. */
type JobWait = string | null;

/** How far a job has come. */
export interface JobProgress {
  counts: OutcomeCounts;
  /** Records a second over the last ten seconds; null while nothing was measured. */
  recordsPerSecond: number | null;
  /** Until everything pending is sent at that rate, ms; null when unknown. */
  sendsInMs: number | null;
  /** The present rung of the ladder: how many may have been sent; null without a ladder or at its end. */
  rung: number | null;
  waitsFor: JobWait;
  /** Copies that a transaction wrote and did not commit: read_uncommitted readers may have seen them. */
  aborted: number;
  /** Copies that may be there twice: at-least-once targets alone. */
  possibleDuplicates: number;
  /** Sent records by target topic and partition; empty of a job of ranges, and of one too large to count at each look. */
  targets: { topic: string; partition: number; planned: number; sent: number }[];
  /** How many offsets of each range are dealt with; empty of a job of single records. */
  ranges: { topic: string; partition: number; offsets: number; read: number }[];
}

/** One job as a list shows it. Instants are epoch ms. */
export interface JobRow {
  id: string;
  number: number;
  kind: JobKind;
  name: string;
  state: JobState;
  wish: JobWish;
  target: JobTarget;
  counts: OutcomeCounts;
  requestedBy: string;
  requestedAt: number;
  startedAt: number | null;
  endedAt: number | null;
  /** Why it is refused, paused, failed or cancelled; null otherwise. */
  stateReason: string | null;
}

/** Job is one job with its plan and progress. */
export interface Job extends JobRow {
  spec: JobSpec;
  /** null while it is planned. */
  plan: JobPlan | null;
  /** sha256 of the plan, hex: what was agreed to is what is sent. */
  hash: string | null;
  /** The offset reset of a replay to a group; null before it is planned, and of copies. */
  resetId: string | null;
  /** How many records the planning has looked at; null when it is over. */
  planned: { done: number; of: number | null } | null;
  reason: string | null;
  /** `why` a second person has to agree, in a sentence; null where none has to. */
  approval: { needed: boolean; why: string | null; by: string | null; at: number | null };
  /** Whether the number of records has to be typed at start. */
  typedConfirmation: boolean;
  /** The present brake; the spec's at first, changeable while it runs. */
  recordsPerSecond: number | null;
  progress: JobProgress;
  /** Why the present state allows nothing more, for the page's buttons. */
  notes: PlanNote[];
  events: JobEvent[];
}

/** One planned record with its outcome. */
export interface JobRecord {
  seq: number;
  topic: string;
  partition: number;
  offset: bigint;
  /** The dead letter it is; null for a record of a range. */
  deadLetterId: string | null;
  outcome: Outcome;
  /** Why it is held, refused, failed, unknown or returned; null otherwise. */
  reason: string | null;
  eventId: string | null;
  hop: number;
  processed: ProcessedMark;
  target: { topic: string; partition: number; offset: bigint | null } | null;
  sentAt: number | null;
  settledAt: number | null;
  /** The dead letter that it came back as. */
  returnedId: string | null;
}
