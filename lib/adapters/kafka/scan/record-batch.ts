import { crc32c } from "#lib/adapters/kafka/scan/crc32c.ts";
import { decompress, type Decompressed } from "#lib/adapters/kafka/scan/codecs.ts";
import { ChunkWalk } from "#lib/adapters/kafka/scan/chunk-walk.ts";

/** RecordBatchFrame is one batch as it lies in a Fetch answer: its header read, its records untouched. */
export interface RecordBatchFrame {
  /** The whole batch, header included. */
  readonly bytes: Buffer;
  readonly magic: number;
  readonly firstOffset: bigint;
  readonly lastOffset: bigint;
  readonly attributes: number;
  readonly baseTimestamp: bigint;
  readonly maxTimestamp: bigint;
  readonly producerId: bigint;
  /** Records the batch holds: fewer than its offsets after compaction. */
  readonly count: number;
}

/** The batches of a Fetch answer of one partition. */
export interface FramedBatches {
  readonly frames: readonly RecordBatchFrame[];
  /** Bytes that the batch behind the last frame needs; null where the answer ends with a whole batch. */
  readonly cutBytes: number | null;
  /** Why the bytes behind the last frame cannot be a batch. */
  readonly broken: string | null;
}

const HEADER_BYTES = 61;
const PREFIX_BYTES = 12;
const LEAST_LENGTH = HEADER_BYTES - PREFIX_BYTES;
/** The header of a message set of magic 0: offset, size, crc, magic, attributes, key and value lengths. */
const OLD_LEAST_LENGTH = 14;
const MAGIC_AT = 16;
const CRC_AT = 17;
const CRC_FROM = 21;
const CODEC_MASK = 7;
const LOG_APPEND_TIME = 1 << 3;
const TRANSACTIONAL = 1 << 4;
const CONTROL = 1 << 5;

/** isControl tells a transaction marker. */
export const isControl = (frame: RecordBatchFrame): boolean => (frame.attributes & CONTROL) !== 0;
/** isTransactional tells a batch that a transaction wrote. */
export const isTransactional = (frame: RecordBatchFrame): boolean => (frame.attributes & TRANSACTIONAL) !== 0;
/** isStampedByBroker tells a batch whose records all bear the time at which it was appended. */
export const isStampedByBroker = (frame: RecordBatchFrame): boolean =>
  (frame.attributes & LOG_APPEND_TIME) !== 0;

/**
 * frameBatches walks the record bytes of a Fetch answer: base_offset int64, length int32, leader_epoch int32, magic
 * int8, crc int32, attributes int16, last_offset_delta int32, base_timestamp int64, max_timestamp int64, producer_id
 * int64, producer_epoch int16, base_sequence int32, count int32, records. The last batch may be cut short. `chunks`
 * are the bytes as the socket gave them: only a batch that lies across two of them is copied.
 */
export function frameBatches(chunks: readonly Buffer[]): FramedBatches {
  const frames: RecordBatchFrame[] = [];
  const walk = new ChunkWalk(chunks);
  for (;;) {
    const prefix = walk.peek(MAGIC_AT + 1);
    if (prefix === null) return { frames, cutBytes: walk.left > 0 ? HEADER_BYTES : null, broken: null };
    const length = prefix.readInt32BE(8);
    const magic = prefix.readInt8(MAGIC_AT);
    const broken = brokenFraming(magic, length);
    if (broken !== null) return { frames, cutBytes: null, broken };
    const bytes = walk.take(PREFIX_BYTES + length);
    if (bytes === null) return { frames, cutBytes: PREFIX_BYTES + length, broken: null };
    frames.push(frameOf(bytes, magic));
  }
}

function brokenFraming(magic: number, length: number): string | null {
  if (magic < 0 || magic > 2) return `its format ${magic} is not known`;
  return length < (magic === 2 ? LEAST_LENGTH : OLD_LEAST_LENGTH) ? `its length ${length} cannot be` : null;
}

function frameOf(bytes: Buffer, magic: number): RecordBatchFrame {
  const firstOffset = bytes.readBigInt64BE(0);
  // The older formats have none of these: such a batch is told by its offset alone.
  if (magic !== 2) {
    const none = { attributes: 0, baseTimestamp: -1n, maxTimestamp: -1n, producerId: -1n, count: 0 };
    return { bytes, magic, firstOffset, lastOffset: firstOffset, ...none };
  }
  const lastOffsetDelta = bytes.readInt32BE(23);
  return {
    bytes,
    magic,
    firstOffset,
    // A negative one is broken; reading must not go back for it.
    lastOffset: firstOffset + BigInt(Math.max(lastOffsetDelta, 0)),
    attributes: bytes.readInt16BE(21),
    baseTimestamp: bytes.readBigInt64BE(27),
    maxTimestamp: bytes.readBigInt64BE(35),
    producerId: bytes.readBigInt64BE(43),
    count: bytes.readInt32BE(57),
  };
}

/** BAD_CHECKSUM ends the sentence that tells of a batch that is not intact. */
export const BAD_CHECKSUM = "its checksum does not match";

/** isIntact checks the CRC-32C of a batch; the older formats have none, and nothing here trusts them. */
export function isIntact({ bytes, magic }: RecordBatchFrame): boolean {
  return magic === 2 && crc32c(bytes.subarray(CRC_FROM)) === bytes.readUInt32BE(CRC_AT);
}

/**
 * openBatch gives the records' bytes of a batch, uncompressed, its CRC-32C checked where asked; else why they cannot
 * be read, as the end of a sentence ("its checksum does not match"). Borrowed bytes last until the next call.
 */
export function openBatch(frame: RecordBatchFrame, checkCrc: boolean): Decompressed | { reason: string } {
  if (frame.magic !== 2) return { reason: `its format is that of Kafka before 0.11 (magic ${frame.magic})` };
  if (checkCrc && !isIntact(frame)) return { reason: BAD_CHECKSUM };
  const codec = frame.attributes & CODEC_MASK;
  const records = frame.bytes.subarray(HEADER_BYTES);
  return codec === 0 ? { bytes: records, borrowed: false } : decompress(codec, records);
}
