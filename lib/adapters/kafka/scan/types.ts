import type { PartialFailure } from "#lib/domain/clusters/cluster.ts";
import type { SearchEnd, SearchStart } from "#lib/domain/records/record-search.ts";

/** One header of a record as it is stored: names repeat, their order counts, and a value may be null. */
export interface RecordHeader {
  /** The name's bytes as UTF-8; what is not UTF-8 reads U+FFFD here and stands unharmed in `nameBytes`. */
  readonly name: string;
  readonly nameBytes: Buffer;
  readonly value: Buffer | null;
}

/**
 * RecordView is one record over the bytes of its batch. Key, value and headers are cut when they are asked for, anew
 * each time, and share the batch's memory: what is kept for long must be copied. No getter throws.
 */
export interface RecordView {
  readonly offset: bigint;
  /** Epoch ms, the broker's own where the topic says LogAppendTime; null where the record carries none. */
  readonly timestamp: bigint | null;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  /** Key, value and headers as stored, uncompressed. */
  readonly sizeBytes: number;
  /** Whether a transaction wrote it. */
  readonly transactional: boolean;
  readonly stampedBy: "producer" | "broker";
}

/** What of transactions a scan is given: records of committed ones alone, or all that were written. */
export type ReadIsolation = "read_committed" | "read_uncommitted";

/** One partition of a scan: the records with `fromOffset` <= offset < `toOffset`. */
export interface PartitionPlan {
  readonly topic: string;
  /** The topic's id as metadata tells it; another topic of the same name is refused. */
  readonly topicId: string;
  readonly partition: number;
  readonly fromOffset: bigint;
  readonly toOffset: bigint;
}

/** A batch of records that a scan hands over, its records cut to the plan's offsets. */
export interface ScannedBatch {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  /** The first offset of the batch as stored: it may lie below the plan's. */
  readonly firstOffset: bigint;
  /** Where reading goes on behind this batch: the position to keep once its records are dealt with. */
  readonly nextOffset: bigint;
  /** Records that the batch holds as stored: those outside the plan's offsets are counted in. */
  readonly recordCount: number;
  /** As stored, compressed. */
  readonly sizeBytes: number;
  /** The records' bytes, uncompressed. */
  readonly bytes: Buffer;
  /** May be walked more than once. A torn record is told by `onFailure` and ends the walk. */
  readonly records: Iterable<RecordView>;
}

/** How far one partition was read. */
export interface PartitionPosition {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
  /** Records within the plan that were handed over or that `mayMatch` passed over, so far. */
  readonly records: number;
  /** Bytes of batches as stored, compressed, so far. */
  readonly bytes: number;
}

/**
 * Why offsets could not be read. `unreadable`: a batch or record is broken, the scan goes on behind it; `retention`: the
 * log now starts behind them, the scan goes on from its start; `truncated`: the log ends before them; `gone`: the topic
 * is deleted or made anew; `unreachable`: no leader answers for the partition.
 */
type ScanFailureKind = "unreadable" | "retention" | "truncated" | "gone" | "unreachable";

/** What of one partition could not be read: offsets `fromOffset` <= offset < `toOffset`. */
export interface ScanFailure {
  readonly kind: ScanFailureKind;
  readonly topic: string;
  readonly partition: number;
  readonly fromOffset: bigint;
  readonly toOffset: bigint;
  /** A sentence that names topic, partition and offset; it holds no payload. */
  readonly reason: string;
}

/** What a scan hands to its caller. No call overlaps another. */
export interface ScanHandlers {
  /** Reading waits for the promise; "stop" ends the whole scan in good order behind this batch. What it throws ends the scan. */
  onBatch(batch: ScannedBatch): Promise<"stop" | undefined> | "stop" | undefined;
  /** Told after each portion of some batches, of a partition whose batches were all passed over too. */
  onPosition?(position: PartitionPosition): void;
  onFailure?(failure: ScanFailure): void;
}

/** How a scan reads. */
export interface ScanOptions {
  readonly isolation: ReadIsolation;
  readonly signal: AbortSignal;
  /**
   * Whether a batch's uncompressed bytes may hold a record that is looked for. Where it says no, none of its records
   * is cut and the batch is not handed over; it counts as read.
   */
  readonly mayMatch?: ((bytes: Buffer) => boolean) | undefined;
  /** Whether each batch's CRC-32C is checked; true where absent. */
  readonly checkCrc?: boolean | undefined;
  /** Bytes of one partition in one answer, 1 MiB where absent; a batch that is larger comes whole. */
  readonly partitionBytes?: number | undefined;
  /** How long a partition is tried again while no leader answers for it, 20 s where absent. */
  readonly patienceMs?: number | undefined;
}

/** How the scan of one partition ended. */
export interface PartitionOutcome extends PartitionPosition {
  readonly topicId: string;
  readonly fromOffset: bigint;
  readonly toOffset: bigint;
  /** Whether nothing of the plan is left to read: false after "stop", and for `gone` and `unreachable`. */
  readonly done: boolean;
  readonly failures: readonly ScanFailure[];
}

/** Which offsets are looked up, see `resolveOffsets`. */
export interface OffsetsAsked {
  readonly topics: readonly string[];
  /** null is all of them. */
  readonly partitions: readonly number[] | null;
  /** `newest` gives the whole partition: who reads backward cuts windows off its end. `live` begins at the end. */
  readonly start: SearchStart;
  readonly end: SearchEnd;
  /** The end of a partition is its last stable offset for read_committed, else its high watermark. */
  readonly isolation: ReadIsolation;
}

/** A partition with what was looked up of it; nothing is left to read where `fromOffset` equals `toOffset`. */
export interface ResolvedPartition extends PartitionPlan {
  readonly logStart: bigint;
  readonly logEnd: bigint;
  /** Why it does not begin where it was asked to, in a sentence; null where it does. */
  readonly note: string | null;
}

/** What was looked up; a topic or partition that cannot be read is a failure and is left out. */
export interface ResolvedOffsets {
  readonly partitions: readonly ResolvedPartition[];
  readonly failures: readonly PartialFailure[];
}
