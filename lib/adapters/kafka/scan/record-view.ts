import {
  isStampedByBroker,
  isTransactional,
  type RecordBatchFrame,
} from "#lib/adapters/kafka/scan/record-batch.ts";
import type { RecordHeader, RecordView } from "#lib/adapters/kafka/scan/types.ts";

/** A torn record: what was read of the batch before it stands. */
export interface TornRecord {
  readonly offset: bigint;
  /** The end of a sentence: "the record is cut short". */
  readonly reason: string;
}

/** Which records of a batch are walked, and who is told of a torn one. */
interface RecordRange {
  readonly fromOffset: bigint;
  readonly toOffset: bigint;
  readonly onTorn: (torn: TornRecord) => void;
}

/** recordsOf walks the records of a batch's uncompressed `bytes` whose offsets lie in the range. */
export function recordsOf(frame: RecordBatchFrame, bytes: Buffer, range: RecordRange): Iterable<RecordView> {
  return { [Symbol.iterator]: () => new Walk(frame, bytes, range) };
}

/**
 * One record: length varint, attributes int8, timestamp_delta varlong, offset_delta varint, key_length varint, key,
 * value_length varint, value, headers varint, [name_length varint, name, value_length varint, value].
 */
class Walk implements Iterator<RecordView, undefined> {
  readonly #frame: RecordBatchFrame;
  readonly #reader: VarintReader;
  readonly #onTorn: RecordRange["onTorn"];
  readonly #fromDelta: number;
  readonly #toDelta: number;
  #left: number;
  #lastDelta = -1;

  constructor(frame: RecordBatchFrame, bytes: Buffer, { fromOffset, toOffset, onTorn }: RecordRange) {
    this.#frame = frame;
    this.#reader = new VarintReader(bytes);
    this.#onTorn = onTorn;
    this.#fromDelta = Number(fromOffset - frame.firstOffset);
    this.#toDelta = Number(toOffset - frame.firstOffset);
    this.#left = frame.count;
  }

  next(): IteratorResult<RecordView, undefined> {
    while (this.#left > 0) {
      this.#left -= 1;
      const record = this.#read();
      if (record === null || record.offsetDelta >= this.#toDelta) {
        this.#left = 0;
        break;
      }
      this.#lastDelta = record.offsetDelta;
      if (this.#left === 0 && this.#reader.at < this.#reader.bytes.length)
        this.#tear("the batch holds more than it tells");
      if (record.offsetDelta >= this.#fromDelta) return { done: false, value: record };
    }
    return { done: true, value: undefined };
  }

  #read(): StoredRecord | null {
    const reader = this.#reader;
    const length = reader.varint();
    const end = reader.at + length;
    if (length < 0 || end > reader.bytes.length) return this.#tear("the record is cut short");
    const record = readRecord(this.#frame, reader, end);
    if (record === null || reader.at !== end) return this.#tear("the record does not add up");
    if (record.offsetDelta <= this.#lastDelta) return this.#tear("the record repeats an offset");
    return record;
  }

  #tear(reason: string): null {
    this.#onTorn({ offset: this.#frame.firstOffset + BigInt(this.#lastDelta + 1), reason });
    return null;
  }
}

/** Reads a record whose bytes end at `end`; null where its parts do not fit in. */
function readRecord(frame: RecordBatchFrame, reader: VarintReader, end: number): StoredRecord | null {
  reader.at += 1;
  const timestampAt = reader.at;
  reader.skipVarint();
  const offsetDelta = reader.varint();
  const keyBytes = reader.varint();
  const keyAt = reader.at;
  if (keyBytes > 0) reader.at += keyBytes;
  const valueBytes = reader.varint();
  const valueAt = reader.at;
  if (valueBytes > 0) reader.at += valueBytes;
  const headerCount = reader.varint();
  const headersAt = reader.at;
  let sizeBytes = Math.max(keyBytes, 0) + Math.max(valueBytes, 0);
  if (keyBytes < -1 || valueBytes < -1 || headerCount < 0 || reader.at > end) return null;
  for (let n = 0; n < headerCount; n += 1) {
    const nameBytes = reader.varint();
    if (nameBytes < 0) return null;
    reader.at += nameBytes;
    const bytes = reader.varint();
    if (bytes < -1) return null;
    if (bytes > 0) reader.at += bytes;
    sizeBytes += nameBytes + Math.max(bytes, 0);
    if (reader.at > end) return null;
  }
  return new StoredRecord(frame, reader.bytes, {
    ...{ offsetDelta, timestampAt, keyAt, keyBytes, valueAt, valueBytes, headersAt, headerCount, sizeBytes },
  });
}

/** Where the parts of a record lie in its batch's bytes; a length of -1 is Kafka's null. */
interface Parts {
  offsetDelta: number;
  timestampAt: number;
  keyAt: number;
  keyBytes: number;
  valueAt: number;
  valueBytes: number;
  headersAt: number;
  headerCount: number;
  sizeBytes: number;
}

class StoredRecord implements RecordView {
  readonly #frame: RecordBatchFrame;
  readonly #bytes: Buffer;
  readonly #parts: Parts;

  constructor(frame: RecordBatchFrame, bytes: Buffer, parts: Parts) {
    this.#frame = frame;
    this.#bytes = bytes;
    this.#parts = parts;
  }

  get offsetDelta(): number {
    return this.#parts.offsetDelta;
  }

  get offset(): bigint {
    return this.#frame.firstOffset + BigInt(this.#parts.offsetDelta);
  }

  get timestamp(): bigint | null {
    const frame = this.#frame;
    const at = isStampedByBroker(frame)
      ? frame.maxTimestamp
      : frame.baseTimestamp + readVarlong(this.#bytes, this.#parts.timestampAt);
    return at < 0n ? null : at;
  }

  get key(): Buffer | null {
    const { keyAt, keyBytes } = this.#parts;
    return keyBytes < 0 ? null : this.#bytes.subarray(keyAt, keyAt + keyBytes);
  }

  get value(): Buffer | null {
    const { valueAt, valueBytes } = this.#parts;
    return valueBytes < 0 ? null : this.#bytes.subarray(valueAt, valueAt + valueBytes);
  }

  get headers(): readonly RecordHeader[] {
    const { headersAt, headerCount } = this.#parts;
    const reader = new VarintReader(this.#bytes, headersAt);
    const headers: RecordHeader[] = [];
    for (let nth = 0; nth < headerCount; nth += 1) {
      const { name, nameBytes } = takeName(reader, nth);
      const length = reader.varint();
      headers.push({ name, nameBytes, value: length < 0 ? null : reader.take(length) });
    }
    return headers;
  }

  get sizeBytes(): number {
    return this.#parts.sizeBytes;
  }

  get transactional(): boolean {
    return isTransactional(this.#frame);
  }

  get stampedBy(): "producer" | "broker" {
    return isStampedByBroker(this.#frame) ? "broker" : "producer";
  }
}

type HeaderName = Pick<RecordHeader, "name" | "nameBytes">;

const NAMES_REMEMBERED = 64;
const NAME_REMEMBERED_BYTES = 128;
/** The last name at each place of a record: the records of a topic mostly have the same headers in the same order. */
const lastNames: HeaderName[] = [];

/** Takes the name of the nth header. One that was there before is shared: it costs no text and no buffer of its own. */
function takeName(reader: VarintReader, nth: number): HeaderName {
  const length = reader.varint();
  const known = lastNames[nth];
  if (known?.nameBytes.length === length && reader.standsAt(known.nameBytes)) {
    reader.at += length;
    return known;
  }
  const nameBytes = reader.take(length);
  const name = { name: nameBytes.toString("utf8"), nameBytes };
  if (nth < NAMES_REMEMBERED && nameBytes.length <= NAME_REMEMBERED_BYTES)
    lastNames[nth] = { name: name.name, nameBytes: Buffer.from(nameBytes) };
  return name;
}

/** Reads zigzag varints one behind the other; it stands behind the bytes once they ended within one. */
class VarintReader {
  readonly bytes: Buffer;
  at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  varint(): number {
    const { bytes } = this;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[this.at];
      if (byte === undefined) break;
      this.at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    this.at = this.bytes.length + 1;
    return 0;
  }

  skipVarint(): void {
    const { bytes } = this;
    for (let read = 0; read < 10; read += 1) {
      const byte = bytes[this.at];
      if (byte === undefined) break;
      this.at += 1;
      if (byte < 0x80) return;
    }
    this.at = this.bytes.length + 1;
  }

  /** Whether these bytes come next. */
  standsAt(expected: Buffer): boolean {
    const { bytes, at } = this;
    for (let n = 0; n < expected.length; n += 1) if (bytes[at + n] !== expected[n]) return false;
    return true;
  }

  take(length: number): Buffer {
    const taken = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return taken;
  }
}

/** A zigzag varint of up to 64 bits. */
function readVarlong(bytes: Buffer, from: number): bigint {
  let value = 0n;
  let shift = 0n;
  for (let at = from; at < from + 10; at += 1) {
    const byte = bytes[at] ?? 0;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) break;
    shift += 7n;
  }
  return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
}
