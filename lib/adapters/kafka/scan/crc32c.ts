import { createRequire } from "node:module";

/** A CRC-32C (Castagnoli) over bytes, as an unsigned 32-bit number. */
type Crc32c = (bytes: Buffer) => number;

/** The reflected polynomial. */
const POLYNOMIAL = 0x82f63b78;
const LANES = 8;

/** Eight tables of 256: the n-th takes a byte that n more bytes follow in the same step. */
function makeTables(): Uint32Array {
  const tables = new Uint32Array(LANES * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let value = byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 0 ? value >>> 1 : (value >>> 1) ^ POLYNOMIAL;
    tables[byte] = value;
  }
  for (let at = 256; at < tables.length; at += 1) {
    const before = tables[at - 256] ?? 0;
    tables[at] = (before >>> 8) ^ (tables[before & 0xff] ?? 0);
  }
  return tables;
}

let tables: Uint32Array | null = null;

/** tableCrc32c works a CRC-32C out eight bytes at a time, on any platform. */
export function tableCrc32c(bytes: Buffer): number {
  const t = (tables ??= makeTables());
  const of = (lane: number, byte: number): number => t[lane * 256 + (byte & 0xff)] ?? 0;
  let crc = 0xffffffff;
  let at = 0;
  for (; at + LANES <= bytes.length; at += LANES) {
    const low = crc ^ bytes.readUInt32LE(at);
    const high = bytes.readUInt32LE(at + 4);
    crc =
      of(7, low) ^ of(6, low >>> 8) ^ of(5, low >>> 16) ^ of(4, low >>> 24) ^
      of(3, high) ^ of(2, high >>> 8) ^ of(1, high >>> 16) ^ of(0, high >>> 24); // prettier-ignore
  }
  for (; at < bytes.length; at += 1) crc = (crc >>> 8) ^ of(0, crc ^ (bytes[at] ?? 0));
  return ~crc >>> 0;
}

let chosen: Crc32c | null = null;

/** crc32c is the processor's own CRC-32C where @node-rs/crc32 has a binary for the platform, else {@link tableCrc32c}. */
export function crc32c(bytes: Buffer): number {
  chosen ??= nativeCrc32c() ?? tableCrc32c;
  return chosen(bytes);
}

function nativeCrc32c(): Crc32c | null {
  try {
    const native = createRequire(import.meta.url)("@node-rs/crc32") as { crc32c: Crc32c };
    return (bytes) => native.crc32c(bytes);
  } catch {
    // An optional dependency: no binary for this platform. The tables give the same, slower.
    return null;
  }
}
