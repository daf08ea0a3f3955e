/** RecordBatch is the header of a batch of records (magic 2): all that counting needs, so nothing is decompressed. */
export interface RecordBatch {
  firstOffset: bigint;
  lastOffset: bigint;
  producerId: bigint;
  /** Records the batch holds: fewer than its offsets after compaction. */
  count: number;
  transactional: boolean;
  /** Whether it is a transaction marker. */
  control: boolean;
}

/** An aborted transaction as Fetch tells it. */
export interface AbortedTransaction {
  producerId: bigint;
  firstOffset: bigint;
}

const HEADER_BYTES = 61;
/** What stands before the length that a batch tells of itself: its first offset and the length. */
const PREFIX_BYTES = 12;
const TRANSACTIONAL = 1 << 4;
const CONTROL = 1 << 5;

/**
 * readBatchHeaders walks the batches of a Fetch answer: base_offset int64, length int32, leader_epoch int32, magic
 * int8, crc int32, attributes int16, last_offset_delta int32, base_timestamp int64, max_timestamp int64, producer_id
 * int64, producer_epoch int16, base_sequence int32, count int32, records. The last batch may be cut short behind its
 * header. It ends before a batch of an older format, whose records cannot be counted so.
 */
export function readBatchHeaders(bytes: Buffer): RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length; at += PREFIX_BYTES + bytes.readInt32BE(at + 8)) {
    if (bytes.readInt8(at + 16) !== 2) break;
    const firstOffset = bytes.readBigInt64BE(at);
    const attributes = bytes.readInt16BE(at + 21);
    batches.push({
      firstOffset,
      lastOffset: firstOffset + BigInt(bytes.readInt32BE(at + 23)),
      producerId: bytes.readBigInt64BE(at + 43),
      count: bytes.readInt32BE(at + 57),
      transactional: (attributes & TRANSACTIONAL) !== 0,
      control: (attributes & CONTROL) !== 0,
    });
  }
  return batches;
}

/** What a Fetch with isolation read_committed told of one partition. */
export interface FetchedBatches {
  batches: readonly RecordBatch[];
  aborted: readonly AbortedTransaction[];
  lastStableOffset: bigint;
}

/**
 * countRecords counts the records in [from, to) that a read_committed reader is given: neither markers nor aborted
 * records. What lies at or beyond the last stable offset counts as records, since nobody knows yet, and so does what
 * the batches do not reach behind a record that they hold. null when they hold none and do not reach as far, or when
 * compaction made a batch that begins before `from` uncountable.
 */
export function countRecords(
  { batches, aborted, lastStableOffset }: FetchedBatches,
  from: bigint,
  to: bigint,
): number | null {
  const stableEnd = to < lastStableOffset ? to : lastStableOffset;
  const unstable = Number(to - (from > stableEnd ? from : stableEnd));
  const isAborted = abortedBatches(aborted);
  let records = 0;
  let reached = from;
  for (const batch of batches) {
    const passedOver = isAborted(batch);
    if (batch.lastOffset < from) continue;
    if (batch.firstOffset >= stableEnd) break;
    const inside = passedOver ? 0 : countInside(batch, from, stableEnd);
    if (inside === null) return null;
    records += inside;
    reached = batch.lastOffset + 1n;
  }
  const unreached = reached >= stableEnd ? 0 : Number(stableEnd - reached);
  return unreached > 0 && records === 0 ? null : records + unreached + unstable;
}

function countInside(batch: RecordBatch, from: bigint, to: bigint): number | null {
  if (batch.control) return 0;
  const first = batch.firstOffset < from ? from : batch.firstOffset;
  const last = batch.lastOffset < to ? batch.lastOffset : to - 1n;
  const offsets = Number(last - first) + 1;
  const all = Number(batch.lastOffset - batch.firstOffset) + 1;
  if (offsets === all) return batch.count;
  return batch.count === all ? offsets : null;
}

/** What of a batch tells whether its transaction was aborted. */
type TransactionalBatch = Pick<RecordBatch, "lastOffset" | "producerId" | "transactional" | "control">;

/**
 * abortedBatches tells of the batches of one Fetch answer, asked in their order, whether their transaction was aborted.
 * Kafka lists in each answer every aborted transaction that overlaps it, those that began before it and those whose
 * marker lies behind it too; so nothing needs to be kept from one answer to the next. A producer may be listed more
 * than once: its marker ends one transaction, and the next begins where it is listed.
 */
export function abortedBatches(
  aborted: readonly AbortedTransaction[],
): (batch: TransactionalBatch) => boolean {
  const coming = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset));
  const open = new Set<bigint>();
  let next = 0;
  return (batch) => {
    for (; next < coming.length; next += 1) {
      const transaction = coming[next];
      if (transaction === undefined || transaction.firstOffset > batch.lastOffset) break;
      open.add(transaction.producerId);
    }
    if (batch.control) open.delete(batch.producerId);
    return batch.transactional && open.has(batch.producerId);
  };
}
