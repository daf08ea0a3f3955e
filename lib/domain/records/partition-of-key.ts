const SEED = 0x9747b28c;
const FACTOR = 0x5bd1e995;

/** Java's `Utils.murmur2` of a key: a signed 32-bit number. */
function murmur2(key: Uint8Array): number {
  const { length } = key;
  const whole = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < whole; at += 4) {
    const word =
      byteAt(key, at) |
      (byteAt(key, at + 1) << 8) |
      (byteAt(key, at + 2) << 16) |
      (byteAt(key, at + 3) << 24);
    const mixed = Math.imul(word, FACTOR);
    hash = Math.imul(hash, FACTOR) ^ Math.imul(mixed ^ (mixed >>> 24), FACTOR);
  }
  const left = length - whole;
  if (left === 3) hash ^= byteAt(key, whole + 2) << 16;
  if (left >= 2) hash ^= byteAt(key, whole + 1) << 8;
  if (left >= 1) hash = Math.imul(hash ^ byteAt(key, whole), FACTOR);
  hash = Math.imul(hash ^ (hash >>> 13), FACTOR);
  return hash ^ (hash >>> 15);
}

const byteAt = (bytes: Uint8Array, at: number): number => bytes[at] ?? 0;

/** partitionOfKey is where Java's default partitioner puts a key among `count` partitions. */
export function partitionOfKey(key: Uint8Array, count: number): number {
  return (murmur2(key) & 0x7fffffff) % count;
}
