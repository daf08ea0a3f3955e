import type { RecordPlace } from "#lib/domain/records/record.ts";

/** A record by its place; Kafka's topic names hold no slash. */
export type RecordAt = Pick<RecordPlace, "topic" | "partition" | "offset">;

/** recordKey is a record's place as one text, for rows and the address: `order.created/3/1204`. */
export function recordKey({ topic, partition, offset }: RecordAt): string {
  return `${topic}/${partition}/${offset.toString()}`;
}

/** recordAtOf reads what {@link recordKey} wrote; null where it is none. */
export function recordAtOf(key: string): RecordAt | null {
  const [, topic, partition, offset] = /^([^/]+)\/(\d{1,9})\/(\d{1,19})$/.exec(key) ?? [];
  if (topic === undefined || partition === undefined || offset === undefined) return null;
  return { topic, partition: Number(partition), offset: BigInt(offset) };
}
