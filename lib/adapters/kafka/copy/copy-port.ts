import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";
import type { PlannedTopic } from "#lib/domain/jobs/job-plan.ts";
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

/** One transaction: its copies in the order of each partition's log, and what the ledger is told of them. */
export interface CopyTransaction {
  readonly records: readonly CopyRecord[];
  /** Made after all copies are acknowledged; null writes no entry. */
  readonly entry: (targets: CopyTargets) => LedgerEntry | null;
  /** Asked just before EndTxn: false aborts the transaction and sends nothing. */
  readonly mayCommit: () => Promise<boolean>;
}

/**
 * CopyProducer writes transactions of one job, one at a time. It is thrown away after any error but `record_refused`:
 * whoever holds the lease goes through recovery then.
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
 * timed out; `record_refused`: the broker takes one record for no reason that passes (too large, invalid): the
 * transaction was aborted and nothing of it is there; `target_changed`: the topic is gone, made anew, or has other
 * partitions; `denied`: a right is missing; `ambiguous`: nobody knows whether it was committed.
 */
export type CopyErrorKind = "fenced" | "record_refused" | "target_changed" | "denied" | "ambiguous";

/** CopyError says why a transaction has no known good end; its message holds no payload. */
export class CopyError extends Error {
  readonly kind: CopyErrorKind;
  /** The index of the refused record within its transaction; null where it is not told. */
  readonly index: number | null;

  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "CopyError";
  }

  constructor(kind: CopyErrorKind, message: string, of: { index?: number | null; cause?: unknown } = {}) {
    super(message, { cause: of.cause });
    this.name = "CopyError";
    this.kind = kind;
    this.index = of.index ?? null;
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
  readonly mayWrite: boolean | null;
  readonly mayDescribe: boolean | null;
}

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
  /** Makes the ledger topic where it is not there, and answers its topic id. */
  ensureLedger(signal: AbortSignal): Promise<{ topicId: string }>;
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
   * InitProducerId on the job's transactional id: fences whoever had it and ends its transaction. Only the holder of
   * the job's lease may call it. A transaction to a topic that is not as `planned` ends as `target_changed` and commits
   * nothing; a topic that `planned` leaves out must stay what it is at its first transaction. Throws {@link CopyError}.
   */
  openProducer(jobId: string, signal: AbortSignal, planned?: readonly PlannedTopic[]): Promise<CopyProducer>;
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
