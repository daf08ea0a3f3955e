/** DIALECTS: who wrote a dead letter, told by its headers. `unknown` is shown raw. */
export const DIALECTS = [
  "kit",
  "spring-blocking",
  "spring-retryable",
  "spring-cloud-stream",
  "kafka-connect",
  "kafka-streams",
  "smallrye",
  "karafka",
  "watermill",
  "wolverine",
  "confluent-rules",
  "share-group",
  "generic",
  "unknown",
] as const;
export type DialectId = (typeof DIALECTS)[number];

/** A record as a dialect reads it: bytes, names repeated and in order. */
export interface RawHeader {
  name: string;
  value: Uint8Array | null;
}

/** Where a copy of a record lay, as far as it is told. */
export interface TracedPlace {
  topic: string | null;
  partition: number | null;
  offset: bigint | null;
  /** Its timestamp, epoch ms. */
  at: number | null;
}

/** DeadLetterEnvelope is what every dialect is mapped to. What is not told is null. */
export interface DeadLetterEnvelope {
  dialect: DialectId;
  /** The record as it was first written. */
  origin: TracedPlace;
  /** The copy that failed last: the origin itself, or a retry or redrive of it. */
  from: TracedPlace;
  group: string | null;
  /** All attempts that are told, the first included. */
  attempts: number | null;
  /** The outermost class. */
  exception: string | null;
  /** The class of the innermost cause; the exception's own where it has none. */
  cause: string | null;
  message: string | null;
  stack: string | null;
  failedAt: number | null;
  /** How often the record came to a dead-letter topic, this time included, as far as headers repeat. */
  hops: number;
  eventId: string | null;
  eventType: string | null;
  /** `sluice-redrive-id`, where the record came back from a redrive. */
  redriveId: string | null;
  /** The value stands in the source alone. */
  pointer: boolean;
  /** Headers that could not be read as the dialect writes them: name and why. */
  failures: { name: string; reason: string }[];
}

/** DEAD_LETTER_STATES: where a dead letter stands. `unknown` may be redriven, with a warning. */
export const DEAD_LETTER_STATES = [
  "open",
  "in-redrive",
  "passed",
  "returned",
  "unknown",
  "discarded",
  "expired",
] as const;
export type DeadLetterState = (typeof DEAD_LETTER_STATES)[number];

/** One dead letter as a list shows it. */
export interface DeadLetterRow {
  id: string;
  topic: string;
  topicId: string;
  partition: number;
  offset: bigint;
  /** The dead letter's own timestamp, epoch ms. */
  at: number;
  /** When retention takes it at the earliest; null where the topic keeps it or nobody knows. */
  expiresAt: number | null;
  dialect: DialectId;
  origin: TracedPlace;
  from: TracedPlace;
  group: string | null;
  attempts: number | null;
  cause: string;
  exception: string | null;
  causeClass: string | null;
  /** null to those who may not read records. */
  message: string | null;
  eventId: string | null;
  eventType: string | null;
  /** The key as text; null where it is none, is not kept, or the reader may not read records. */
  key: string | null;
  valueBytes: number | null;
  pointer: boolean;
  hops: number;
  state: DeadLetterState;
  stateAt: number;
  /** Why it was discarded. */
  stateReason: string | null;
  /** The dead letter of the same failure that counts in its place. */
  twinOf: string | null;
}

/** FAILURE_KINDS: what a cause looks like. `unclear` says what is missing. */
export const FAILURE_KINDS = ["poison-pill", "outage", "unclear"] as const;
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** What the shape of a cause's dead letters tells, with its evidence in the sentence. */
export interface FailureVerdict {
  kind: FailureKind;
  sentence: string;
}

/** Dead letters of one cause: what failed, in which group, over which topic. */
export interface DeadLetterCause {
  id: string;
  /** The class of the innermost cause; null where no dialect tells one. */
  causeClass: string | null;
  /** The first stack frame that belongs to the user's own code. */
  frame: string | null;
  /** The message with ids, numbers and quoted values replaced; null to those who may not read records. */
  message: string | null;
  /** The topic that the records come from. */
  sourceTopic: string | null;
  group: string | null;
  eventType: string | null;
  dialect: DialectId;
  /** The dead-letter topics they lie in. */
  topics: string[];
  counts: Record<DeadLetterState, number>;
  firstSeenAt: number;
  lastSeenAt: number;
  /** Different keys, told exactly up to 1,000 and as `1,000 or more` beyond. */
  keys: number;
  verdict: FailureVerdict;
  /** Dead letters of each minute of the last hour, oldest first. */
  spark: number[];
  /** A typical dead letter: the newest that is open, else the newest. */
  typicalId: string | null;
  note: string | null;
  owner: string | null;
  ticket: string | null;
}

/** A dead-letter topic with what feeds it: one chain. */
export interface DeadLetterTopic {
  topic: string;
  topicId: string | null;
  /** How it was found; `hand` wins over both. */
  foundBy: "name" | "headers" | "hand";
  /** Left out by hand: not indexed. */
  leftOut: boolean;
  sources: string[];
  retryTopics: string[];
  groups: string[];
  open: number;
  /** Records not indexed yet. */
  behind: number;
  /** Counts only and one row in n; null where every record has its row. */
  flood: { sinceAt: number; oneIn: number; counted: number } | null;
  /** What could not be read or indexed, in a sentence; null where all is well. */
  failure: string | null;
}

/** Whether the failing group has committed newer records of the same key. */
export type SameKeyOrder =
  | { state: "yes"; offset: bigint; topic: string; partition: number; newer: number }
  | { state: "no"; scannedFrom: bigint; scannedTo: bigint }
  | { state: "unknown"; reason: string; scannedTo: bigint | null };

/** One place that a record was at on its way, oldest first. */
export interface LineageStep {
  kind: "source" | "retry" | "dead-letter" | "redrive";
  topic: string;
  partition: number | null;
  offset: bigint | null;
  at: number | null;
  /** The dead letter's id where the step is one that is indexed. */
  id: string | null;
}
