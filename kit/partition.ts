/**
 * Kafka's murmur2 of a key, as Java's `Utils.murmur2` computes it: a signed 32-bit number.
 */
export function murmur2(key: Uint8Array): number {
  const m = 0x5bd1e995;
  const view = new DataView(key.buffer, key.byteOffset, key.byteLength);
  const length = key.byteLength;
  let h = 0x9747b28c ^ length;
  const whole = length - (length % 4);
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(view.getInt32(i, true), m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const left = length - whole;
  if (left >= 3) h ^= view.getUint8(whole + 2) << 16;
  if (left >= 2) h ^= view.getUint8(whole + 1) << 8;
  if (left >= 1) h = Math.imul(h ^ view.getUint8(whole), m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}

/** How many outbox buckets there are; fixed, since every relay and every row must agree. */
export const BUCKETS = 64;

function bytesOf(key: Uint8Array | string): Uint8Array {
  return typeof key === "string" ? Buffer.from(key, "utf8") : key;
}

/**
 * The partition of a key among `count`, as Java's default partitioner picks it: `(murmur2 & 0x7fffffff) % count`.
 */
export function partitionFor(key: Uint8Array | string, count: number): number {
  return (murmur2(bytesOf(key)) & 0x7fffffff) % count;
}

/** The outbox bucket of a key: the same hash as the partition, modulo {@link BUCKETS}. */
export function bucketFor(key: Uint8Array | string, count: number = BUCKETS): number {
  return partitionFor(key, count);
}
