import { DecodeError } from "#lib/adapters/kafka/search/decode/schema-lookup.ts";

const MOST_ITEMS = 1_000_000;

/** ByteReader walks bytes from their start; reading beyond their end throws {@link DecodeError}. */
export class ByteReader {
  readonly bytes: Buffer;
  at = 0;
  #items = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  take(length: number): Buffer {
    if (length < 0 || length > this.left)
      throw new DecodeError(`${length} bytes are told at ${this.at}, and ${this.left} are left.`);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  int8(): number {
    return this.take(1).readInt8();
  }
  int16(): number {
    return this.take(2).readInt16BE();
  }
  int32(): number {
    return this.take(4).readInt32BE();
  }
  int64(): bigint {
    return this.take(8).readBigInt64BE();
  }

  /** An unsigned number in groups of seven bits, the lowest first: at most ten bytes. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.take(1)[0] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new DecodeError(`The number at ${this.at} is longer than 64 bits.`);
  }

  /** A {@link varint} whose lowest bit is the sign. */
  zigzag(): bigint {
    const value = this.varint();
    return value & 1n ? -((value + 1n) >> 1n) : value >> 1n;
  }

  /** Counts items that may take no bytes at all: bytes from anywhere must not stand for any number of them. */
  spend(items: number): void {
    this.#items += items;
    if (this.#items > MOST_ITEMS) throw new DecodeError(`It holds more than ${MOST_ITEMS} items.`);
  }

  /** A length or count told as a {@link varint}: never more than bytes could stand for. */
  count(value: bigint): number {
    if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER))
      throw new DecodeError(`The count at ${this.at} is not one.`);
    return Number(value);
  }

  utf8(length: number): string {
    return this.take(length).toString("utf8");
  }
}
