/** Where a dead letter lies: the number of its topic's row, partition and offset. */
export interface DeadLetterPlace {
  topicRef: number;
  partition: number;
  offset: bigint;
}

const TOPIC_BITS = 32n;
const PARTITION_BITS = 26n;
const OFFSET_BITS = 64n;
const PARTITIONS = 1 << Number(PARTITION_BITS);
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * idOfPlace writes a dead letter's id: a UUIDv8 (RFC 9562) whose free bits hold topic, partition and offset. So a record
 * has the same id however often it is read, and the index needs no second key. Partitions above 2^26 have no id.
 */
export function idOfPlace({ topicRef, partition, offset }: DeadLetterPlace): string {
  if (partition >= PARTITIONS) throw new RangeError(`Partition ${partition} is beyond what an id can hold.`);
  const bits =
    (BigInt(topicRef) << (PARTITION_BITS + OFFSET_BITS)) | (BigInt(partition) << OFFSET_BITS) | offset;
  // 122 free bits: 48 before the version, 12 before the variant, 62 behind it.
  const hex =
    (bits >> 74n).toString(16).padStart(12, "0") +
    "8" +
    ((bits >> 62n) & 0xfffn).toString(16).padStart(3, "0") +
    ((0b10n << 62n) | (bits & ((1n << 62n) - 1n))).toString(16).padStart(16, "0");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** placeOfId reads what {@link idOfPlace} wrote; null for any other UUID. */
export function placeOfId(id: string): DeadLetterPlace | null {
  const lower = id.toLowerCase();
  if (!ID.test(lower)) return null;
  const hex = lower.replaceAll("-", "");
  const bits =
    (BigInt(`0x${hex.slice(0, 12)}`) << 74n) |
    (BigInt(`0x${hex.slice(13, 16)}`) << 62n) |
    (BigInt(`0x${hex.slice(16)}`) & ((1n << 62n) - 1n));
  const offset = bits & ((1n << OFFSET_BITS) - 1n);
  const topicRef = bits >> (PARTITION_BITS + OFFSET_BITS);
  // PostgreSQL's integer and bigint end there: nothing beyond is ours.
  if (offset >= 1n << 63n || topicRef >= 1n << (TOPIC_BITS - 1n)) return null;
  return {
    topicRef: Number(topicRef),
    partition: Number((bits >> OFFSET_BITS) & ((1n << PARTITION_BITS) - 1n)),
    offset,
  };
}
