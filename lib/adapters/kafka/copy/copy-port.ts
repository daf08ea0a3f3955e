import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";
import type { JobPlan, PlannedTopic } from "#lib/domain/jobs/job-plan.ts";
import type { LedgerEntry } from "#lib/domain/jobs/ledger-entry.ts";

/** A header to write, its name as bytes: names repeat, their order counts, a value may be null. */
export interface CopyHeader {
  readonly name: Buffer;
  readonly value: Buffer | null;
}

/** A record to write, byte for byte. */
export interface CopyRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly CopyHeader[];
  /** Epoch ms. */
  readonly timestamp: bigint;
}

/** Where the copies of one transaction were written. */
export type CopyTargets = LedgerEntry["targets"];

/** What brokers can promise of copies. */
type CopyDelivery = JobPlan["delivery"];

/** A record of a transaction that brokers take for no reason that passes, by its index. */
export interface RefusedRecord {
  readonly index: number;
  readonly reason: string;
}

/** One transaction: its copies in the order of each partition's log, and what the ledger is told of them. */
export interface CopyTransaction {
  readonly records: readonly CopyRecord[];
  /** Made after all copies are acknowledged; null writes no entry. */
  readonly entry: (targets: CopyTargets) => LedgerEntry | null;
  /**
   * Asked just before EndTxn: false aborts the transaction and sends nothing. Without transactions it is asked before
   * the copies are sent and again before the ledger's record.
   */
  readonly mayCommit: () => Promise<boolean>;
  /**
   * Told of the records that brokers refused, where there are any, before `entry` is asked: all others are written
   * then, and are committed without them.
   */
  readonly refused: (records: readonly RefusedRecord[]) => Promise<void>;
}

/**
 * CopyProducer writes transactions of one job, one at a time. It is thrown away after any error: whoever holds the lease
 * goes through recovery then. Without transactions the copies come first and the ledger's
 * record after their acknowledgements: what failed in between is in the target and is sent again.
 */
export interface CopyProducer {
  /** Throws {@link CopyError}. */
  send(
    transaction: CopyTransaction,
    signal: AbortSignal,
  ): Promise<{ committed: boolean; targets: CopyTargets }>;
  close(): Promise<void>;
}

/**
 * Kinds of {@link CopyError}. `fenced`: another producer of the same transactional id took over, or the transaction
 * timed out; `target_changed`: the topic is gone, made anew, or has other partitions; `denied`: a right is missing, or
 * the brokers refuse it for good; `ledger_refused`: the ledger takes no entry, whatever the records are; `ambiguous`:
 * nobody knows whether it was committed.
 */
export type CopyErrorKind = "fenced" | "target_changed" | "denied" | "ledger_refused" | "ambiguous";

/** CopyError says why a transaction has no known good end; its message holds no payload. */
export class CopyError extends Error {
  readonly kind: CopyErrorKind;
  /** The error code that a broker answered; null where none did. */
  readonly code: number | null;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "CopyError";
  }

  constructor(kind: CopyErrorKind, message: string, of: { code?: number; cause?: unknown } = {}) {
    super(message, { cause: of.cause });
    this.name = "CopyError";
    this.kind = kind;
    this.code = of.code ?? null;
  }
}

/** One record that is to be read exactly. */
export interface RecordPlace {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly offset: bigint;
}

/** What was found at a place; its bytes are copied and may be kept. */
export type ReadPlace =
  { readonly found: true; readonly record: RecordView } | { readonly found: false; readonly reason: string };

/** What the broker allows on a topic, for the check before a job starts. */
export interface TargetStanding {
  readonly topic: string;
  /** null where there is no such topic. */
  readonly topicId: string | null;
  readonly partitionCount: number;
  readonly maxMessageBytes: number | null;
  readonly timestampType: "CreateTime" | "LogAppendTime" | null;
  readonly retentionMs: number | null;
  /** From Metadata's authorised operations; null where the broker does not tell. */
  readonly mayRead: boolean | null;
  readonly mayWrite: boolean | null;
  readonly mayDescribe: boolean | null;
}

/** Copies of a job that its ledger tells of, in one partition. */
export interface LedgeredCopies {
  readonly baseOffset: bigint;
  readonly count: number;
}

/** A topic that is to be made. */
export interface NewTopic {
  readonly topic: string;
  readonly partitionCount: number;
  /** null is as the brokers are set to. */
  readonly maxMessageBytes: number | null;
  readonly retentionMs: number;
}

/** Whether brokers let a job use transactions; `reason` is a sentence. */
export type MayTransact = { readonly able: true } | { readonly able: false; readonly reason: string };

/** CopyCluster is what copy jobs ask of one cluster. Its calls throw KafkaError unless another is named. */
export interface CopyCluster {
  /** Reads records by their places, any number in any order; answers in the same order. Read committed. */
  readAt(places: readonly RecordPlace[], signal: AbortSignal): Promise<ReadPlace[]>;
  /**
   * Reads a portion of one partition, committed records alone: at most `limit` records, ending at `toOffset`; their
   * bytes may be kept. `nextOffset` is where the next portion begins, `toOffset` at the end. A portion ends behind a
   * gap: `gone` tells the offsets that retention or a deletion took there, or that cannot be read, and why in a
   * sentence. Throws KafkaError `not_found` where the topic is deleted or made anew, `timeout` where an open
   * transaction holds records back, and nothing before them is left to read.
   */
  readRange(
    range: { topic: string; topicId: string; partition: number; fromOffset: bigint; toOffset: bigint },
    options: { limit: number; limitBytes: number; signal: AbortSignal },
  ): Promise<{
    records: RecordView[];
    nextOffset: bigint;
    gone: { fromOffset: bigint; toOffset: bigint; reason: string } | null;
  }>;
  /** Targets (and the ledger) as the brokers tell them now. */
  standing(topics: readonly string[], signal: AbortSignal): Promise<TargetStanding[]>;
  /** Why a topic could not be made, in a sentence; null where it could, or is there. Makes nothing. */
  topicRefusal(topic: NewTopic, signal: AbortSignal): Promise<string | null>;
  /** Makes a topic where none of its name is there, and waits until all of it is led. */
  makeTopic(topic: NewTopic, signal: AbortSignal): Promise<void>;
  /** Makes the ledger topic where it is not there, and answers its topic id. */
  ensureLedger(signal: AbortSignal): Promise<{ topicId: string }>;
  /** Why a job could not use the ledger, in a sentence that names the missing right; null where it can. Makes nothing. */
  ledgerRefusal(signal: AbortSignal): Promise<string | null>;
  /** The ledger's end of one partition, uncommitted records counted in. */
  ledgerEnd(partition: number, signal: AbortSignal): Promise<bigint>;
  /**
   * Waits until the last stable offset of the ledger's partition has reached `to`, then reads the job's entries,
   * committed, from `from` to `to`.
   */
  readLedger(
    asked: { partition: number; from: bigint; to: bigint; job: string },
    signal: AbortSignal,
  ): Promise<LedgerEntry[]>;
  /** Copies of a job that lie in a target's partition from an offset on but were never committed. */
  countAborted(
    asked: { topic: string; topicId: string; partition: number; from: bigint; job: string },
    signal: AbortSignal,
  ): Promise<number>;
  /**
   * Copies of a job that lie in a target's partition from an offset on, committed or not, and that no entry of its
   * ledger tells of: without transactions each of them was, or will be, sent again.
   */
  countUnledgered(
    asked: {
      topic: string;
      topicId: string;
      partition: number;
      from: bigint;
      job: string;
      ledgered: readonly LedgeredCopies[];
    },
    signal: AbortSignal,
  ): Promise<number>;
  /**
   * Whether the brokers let a job use transactions: InitProducerId on its transactional id, which the holder of its
   * lease alone may call. What passes by itself is asked again for 20 s. Throws {@link CopyError} where nobody can tell.
   */
  mayTransact(jobId: string, signal: AbortSignal): Promise<MayTransact>;
  /**
   * Opens a job's producer; only the holder of the job's lease may. `exactly-once`, the default, calls InitProducerId
   * on the job's transactional id: it fences whoever had it and ends its transaction. `at-least-once` fences nobody. A
   * transaction to a topic that is not as `planned` ends as `target_changed` and commits nothing; a topic that `planned`
   * leaves out must stay what it is at its first transaction. Throws {@link CopyError}.
   */
  openProducer(
    jobId: string,
    signal: AbortSignal,
    options?: { readonly planned?: readonly PlannedTopic[]; readonly delivery?: CopyDelivery },
  ): Promise<CopyProducer>;
  close(): Promise<void>;
}

/** Places where a test may stop a worker, in the order they are reached. */
export const COPY_FAILPOINTS = [
  "in-init-producer",
  "in-ledger-read",
  "before-send",
  "after-send",
  "in-end",
  "after-commit",
] as const;
export type CopyFailpoint = (typeof COPY_FAILPOINTS)[number];
/** A hook at each failpoint; a real process leaves it out. */
export type CopyFailpoints = (at: CopyFailpoint) => void | Promise<void>;
