import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { compressionsAlgorithms } from "@platformatic/kafka";
import { decompressLz4 } from "#lib/adapters/kafka/scan/lz4.ts";

/** What a batch may grow to when it is decompressed; more is taken for broken bytes. */
const GREATEST_BATCH_BYTES = 256 * 1024 * 1024;
/** A larger batch gets a buffer of its own, which does not stay. */
const GREATEST_SCRATCH_BYTES = 16 * 1024 * 1024;
const LIMIT = { maxOutputLength: GREATEST_BATCH_BYTES };

/** Uncompressed bytes; `borrowed` ones are overwritten by the next call, and must be copied to be kept. */
export interface Decompressed {
  readonly bytes: Buffer;
  readonly borrowed: boolean;
}

const own = (bytes: Buffer): Decompressed => ({ bytes, borrowed: false });

/** Kafka's codecs by the number in a batch's attributes. */
const CODECS: readonly { name: string; decompress: (bytes: Buffer) => Decompressed }[] = [
  { name: "none", decompress: own },
  { name: "gzip", decompress: (bytes) => own(gunzipSync(bytes, LIMIT)) },
  { name: "snappy", decompress: (bytes) => own(snappy(bytes)) },
  { name: "lz4", decompress: (bytes) => ({ bytes: decompressLz4(bytes, scratch), borrowed: true }) },
  { name: "zstd", decompress: (bytes) => own(zstdDecompressSync(bytes, LIMIT)) },
];

/** decompress undoes a codec; gives a reason where the bytes are not what the codec writes. Never throws. */
export function decompress(codec: number, bytes: Buffer): Decompressed | { reason: string } {
  const found = CODECS[codec];
  if (found === undefined) return { reason: `its codec ${codec} is not known` };
  try {
    return found.decompress(bytes);
  } catch {
    // The error's own text may quote bytes.
    return { reason: `its ${found.name} compression is broken` };
  }
}

let kept = Buffer.alloc(0);

/** A buffer that is used again and again: most batches are looked through and dropped. */
function scratch(leastBytes: number, written: Buffer): Buffer {
  if (leastBytes > 2 * GREATEST_BATCH_BYTES) throw new RangeError("the batch is too large");
  if (written.length === 0 && kept.length >= leastBytes) return kept;
  const larger = Buffer.allocUnsafeSlow(leastBytes);
  written.copy(larger);
  if (leastBytes <= GREATEST_SCRATCH_BYTES) kept = larger;
  return larger;
}

/** The header of the framing that Java's snappy library writes: blocks, each behind its length. */
const XERIAL = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_BLOCKS_AT = 16;

function snappy(bytes: Buffer): Buffer {
  if (!bytes.subarray(0, XERIAL.length).equals(XERIAL)) return snappyBlock(bytes);
  const blocks: Buffer[] = [];
  for (let at = XERIAL_BLOCKS_AT; at < bytes.length;) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) throw new RangeError("a block is cut short");
    blocks.push(snappyBlock(bytes.subarray(at + 4, end)));
    at = end;
  }
  return Buffer.concat(blocks);
}

/** A block tells its size first, as a varint: a broken one must not be believed. */
function snappyBlock(bytes: Buffer): Buffer {
  let size = 0;
  for (let at = 0, shift = 1; at < 5; at += 1, shift *= 128) {
    const byte = bytes[at] ?? 0;
    size += (byte & 0x7f) * shift;
    if (byte < 0x80) break;
  }
  if (size > GREATEST_BATCH_BYTES) throw new RangeError("a block is too large");
  return compressionsAlgorithms.snappy.decompressSync(bytes);
}
