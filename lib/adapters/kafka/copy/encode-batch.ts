import type { CopyHeader, CopyRecord } from "#lib/adapters/kafka/copy/copy-port.ts";
import { crc32c } from "#lib/adapters/kafka/scan/crc32c.ts";

/** What a batch says of who wrote it. */
interface BatchProducer {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  /** The sequence of the batch's first record on its partition. */
  readonly sequence: number;
  readonly transactional: boolean;
}

/** NO_PRODUCER is Kafka's word for a batch of nobody: the broker does not know it again. */
export const NO_PRODUCER: BatchProducer = {
  ...{ producerId: -1n, producerEpoch: -1, sequence: -1, transactional: false },
};

/** BATCH_HEADER_BYTES is what a batch holds besides its records. */
export const BATCH_HEADER_BYTES = 61;
/** A record's own length, attributes, times and offset at their greatest. */
const RECORD_FRAME_BYTES = 5 + 1 + 10 + 5;
const LENGTH_FROM = 12;
const CRC_AT = 17;
const CRC_FROM = 21;
const TRANSACTIONAL = 1 << 4;
/** Kafka's word for "not known": the broker writes its own. */
const NO_LEADER_EPOCH = -1;

/** greatestSizeOf is what a record takes in a batch at the most, bytes. */
export function greatestSizeOf({ key, value, headers }: CopyRecord): number {
  return RECORD_FRAME_BYTES + sizeOfContent(key, value, headers);
}

/**
 * encodeBatch writes records as one batch of format 2, uncompressed: base_offset int64, length int32,
 * leader_epoch int32, magic int8, crc int32, attributes int16, last_offset_delta int32, base_timestamp int64,
 * max_timestamp int64, producer_id int64, producer_epoch int16, base_sequence int32, count int32, records. Their topic
 * and partition are not looked at. Throws RangeError where there is none.
 */
export function encodeBatch(records: readonly CopyRecord[], producer: BatchProducer): Buffer {
  const [first] = records;
  if (first === undefined) throw new RangeError("a batch holds a record at the least");
  const base = first.timestamp;
  let [greatest, bytes] = [base, BATCH_HEADER_BYTES];
  const sizes = new Array<number>(records.length);
  for (const [n, record] of records.entries()) {
    if (record.timestamp > greatest) greatest = record.timestamp;
    const size =
      1 +
      sizeOfVarlong(record.timestamp - base) +
      sizeOfVarint(n) +
      sizeOfContent(record.key, record.value, record.headers);
    sizes[n] = size;
    bytes += sizeOfVarint(size) + size;
  }
  const out = new RecordWriter(Buffer.allocUnsafe(bytes), BATCH_HEADER_BYTES);
  for (const [n, record] of records.entries()) {
    out.varint(sizes[n] ?? 0);
    writeRecord(out, record, { offsetDelta: n, timestampDelta: record.timestamp - base });
  }
  return withHeader(out.bytes, { base, greatest, count: records.length, producer });
}

function withHeader(
  bytes: Buffer,
  told: { base: bigint; greatest: bigint; count: number; producer: BatchProducer },
): Buffer {
  const { base, greatest, count, producer } = told;
  bytes.writeBigInt64BE(0n, 0);
  bytes.writeInt32BE(bytes.length - LENGTH_FROM, 8);
  bytes.writeInt32BE(NO_LEADER_EPOCH, 12);
  bytes.writeInt8(2, 16);
  bytes.writeInt16BE(producer.transactional ? TRANSACTIONAL : 0, CRC_FROM);
  bytes.writeInt32BE(count - 1, 23);
  bytes.writeBigInt64BE(base, 27);
  bytes.writeBigInt64BE(greatest, 35);
  bytes.writeBigInt64BE(producer.producerId, 43);
  bytes.writeInt16BE(producer.producerEpoch, 51);
  bytes.writeInt32BE(producer.sequence, 53);
  bytes.writeInt32BE(count, 57);
  bytes.writeUInt32BE(crc32c(bytes.subarray(CRC_FROM)), CRC_AT);
  return bytes;
}

/** Attributes int8, timestamp_delta varlong, offset_delta varint, key, value, headers; each length a varint, -1 is null. */
function writeRecord(
  out: RecordWriter,
  { key, value, headers }: CopyRecord,
  { offsetDelta, timestampDelta }: { offsetDelta: number; timestampDelta: bigint },
): void {
  out.zero();
  out.varlong(timestampDelta);
  out.varint(offsetDelta);
  out.data(key);
  out.data(value);
  out.varint(headers.length);
  for (const header of headers) {
    out.data(header.name);
    out.data(header.value);
  }
}

function sizeOfContent(key: Buffer | null, value: Buffer | null, headers: readonly CopyHeader[]): number {
  let size = sizeOfData(key) + sizeOfData(value) + sizeOfVarint(headers.length);
  for (const header of headers) size += sizeOfData(header.name) + sizeOfData(header.value);
  return size;
}

const sizeOfData = (data: Buffer | null): number =>
  data === null ? 1 : sizeOfVarint(data.length) + data.length;

/** The bytes of a zigzag varint of a number >= 0. */
function sizeOfVarint(value: number): number {
  let size = 1;
  for (let left = value * 2; left >= 128; left /= 128) size += 1;
  return size;
}

function sizeOfVarlong(value: bigint): number {
  if (value === 0n) return 1;
  let size = 1;
  for (let left = zigzag(value); left >= 128n; left >>= 7n) size += 1;
  return size;
}

const zigzag = (value: bigint): bigint => BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));

/** Writes the parts of records one behind the other. */
class RecordWriter {
  readonly bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.#at = at;
  }

  zero(): void {
    this.bytes[this.#at++] = 0;
  }

  /** A zigzag varint of a number >= 0. */
  varint(value: number): void {
    let left = value * 2;
    for (; left >= 128; left = Math.floor(left / 128)) this.bytes[this.#at++] = (left % 128) | 128;
    this.bytes[this.#at++] = left;
  }

  varlong(value: bigint): void {
    if (value === 0n) {
      this.zero();
      return;
    }
    let left = zigzag(value);
    for (; left >= 128n; left >>= 7n) this.bytes[this.#at++] = Number(left & 127n) | 128;
    this.bytes[this.#at++] = Number(left);
  }

  /** A length and its bytes; null is the length -1. */
  data(data: Buffer | null): void {
    if (data === null) {
      this.bytes[this.#at++] = 1;
      return;
    }
    this.varint(data.length);
    this.bytes.set(data, this.#at);
    this.#at += data.length;
  }
}
