import type { AbortedTransaction } from "#lib/adapters/kafka/record-batches.ts";
import { abortedFrames } from "#lib/adapters/kafka/scan/aborted.ts";
import type { PartitionScan } from "#lib/adapters/kafka/scan/partition-scan.ts";
import {
  BAD_CHECKSUM,
  isControl,
  isIntact,
  openBatch,
  type RecordBatchFrame,
} from "#lib/adapters/kafka/scan/record-batch.ts";
import { recordsOf, type TornRecord } from "#lib/adapters/kafka/scan/record-view.ts";
import type { ScanHandlers, ScannedBatch, ScanOptions } from "#lib/adapters/kafka/scan/types.ts";

/** The batches of one partition that one answer brought. */
export interface Portion {
  readonly partition: PartitionScan;
  readonly frames: readonly RecordBatchFrame[];
  /** Empty for read_uncommitted. */
  readonly aborted: readonly AbortedTransaction[];
}

/** handOver hands the batches of a portion to the caller, in order; "stop" where the caller wants no more. */
export async function handOver(
  { partition, frames, aborted }: Portion,
  scan: ScanHandlers & ScanOptions,
): Promise<"stop" | "go on"> {
  const isAborted = abortedFrames(aborted);
  let stop = false;
  for (const frame of frames) {
    scan.signal.throwIfAborted();
    // Asked for every batch: it follows where transactions begin and end.
    const passedOver = isAborted(frame) || isControl(frame);
    const nextOffset = least(frame.lastOffset + 1n, partition.plan.toOffset);
    if (nextOffset <= partition.nextOffset) continue;
    partition.bytes += frame.bytes.length;
    // A broken flag may make a marker of a batch of records: that must not pass in silence.
    if (passedOver && scan.checkCrc !== false && !isIntact(frame))
      tellUnreadable(partition, frame, { nextOffset, reason: BAD_CHECKSUM });
    const batch = passedOver ? null : openOne(partition, frame, { scan, nextOffset });
    if (batch !== null) {
      const answer = scan.onBatch(batch);
      stop = (answer instanceof Promise ? await answer : answer) === "stop";
    }
    partition.nextOffset = nextOffset;
    if (stop) break;
  }
  scan.onPosition?.(partition.position());
  return stop ? "stop" : "go on";
}

function tellUnreadable(
  partition: PartitionScan,
  { firstOffset, lastOffset }: RecordBatchFrame,
  { nextOffset, reason }: { nextOffset: bigint; reason: string },
): void {
  const why = `the batch of offsets ${firstOffset} to ${lastOffset} cannot be read: ${reason}`;
  partition.tell("unreadable", greatest(firstOffset, partition.nextOffset), { toOffset: nextOffset, why });
}

/** Opens a batch, counts it, and gives it where its records may be looked for. */
function openOne(
  partition: PartitionScan,
  frame: RecordBatchFrame,
  { scan, nextOffset }: { scan: ScanHandlers & ScanOptions; nextOffset: bigint },
): ScannedBatch | null {
  const fromOffset = greatest(frame.firstOffset, partition.nextOffset);
  const opened = openBatch(frame, scan.checkCrc ?? true);
  if ("reason" in opened) {
    tellUnreadable(partition, frame, { nextOffset, reason: opened.reason });
    return null;
  }
  partition.records += countWithin(frame, opened.bytes, { fromOffset, toOffset: nextOffset });
  if (scan.mayMatch !== undefined && !scan.mayMatch(opened.bytes)) return null;
  const bytes = opened.borrowed ? Buffer.from(opened.bytes) : opened.bytes;
  let torn = false;
  const onTorn = ({ offset, reason }: TornRecord): void => {
    if (torn) return;
    torn = true;
    const at = greatest(offset, fromOffset);
    partition.tell("unreadable", at, { toOffset: nextOffset, why: reason });
  };
  const { topic, topicId, partition: index } = partition.plan;
  return {
    ...{ topic, topicId, partition: index, nextOffset, bytes },
    ...{ firstOffset: frame.firstOffset, recordCount: frame.count, sizeBytes: frame.bytes.length },
    records: recordsOf(frame, bytes, { fromOffset, toOffset: nextOffset, onTorn }),
  };
}

/** Counts the records of a batch within offsets; only one that compaction thinned out must be walked. */
function countWithin(
  frame: RecordBatchFrame,
  bytes: Buffer,
  { fromOffset, toOffset }: { fromOffset: bigint; toOffset: bigint },
): number {
  const inside = Number(toOffset - fromOffset);
  const all = Number(frame.lastOffset - frame.firstOffset) + 1;
  if (inside === all) return frame.count;
  if (frame.count === all) return inside;
  let count = 0;
  const iterator = recordsOf(frame, bytes, { fromOffset, toOffset, onTorn: () => undefined })[
    Symbol.iterator
  ]();
  while (iterator.next().done !== true) count += 1;
  return count;
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const greatest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
