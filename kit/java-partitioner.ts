import type { PartitionerArgs } from "kafkajs";
import { DEAD_LETTER_HEADER, HEADER } from "./headers.ts";
import { partitionFor } from "./partition.ts";
import { parseTopicName } from "./topic-names.ts";

function textOf(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Buffer.isBuffer(value) ? value.toString("utf8") : undefined;
}

function pick({ topic, partitionMetadata, message }: PartitionerArgs): number {
  const count = partitionMetadata.length;
  const origin = textOf(message.headers?.[DEAD_LETTER_HEADER.partition]);
  const originPartition =
    origin !== undefined && /^\d{1,9}$/.test(origin) ? Number(origin) % count : undefined;
  if (originPartition !== undefined && parseTopicName(topic)?.kind === "dlt") return originPartition;
  if (message.key !== undefined && message.key !== null) return partitionFor(message.key, count);
  if (originPartition !== undefined) return originPartition;
  const eventId = textOf(message.headers?.[HEADER.eventId]);
  return eventId === undefined ? Math.floor(Math.random() * count) : partitionFor(eventId, count);
}

/**
 * A kafkajs partitioner that places records as Java does, by key. A dead letter goes to its origin's partition modulo
 * the count; a keyless copy too; another keyless record by its event id. The choice is written into the message: a
 * retry after the partition count rose must send the same batches, or their sequence numbers would lie.
 */
export function createJavaPartitioner(): (args: PartitionerArgs) => number {
  return (args) => {
    args.message.partition ??= pick(args);
    return args.message.partition;
  };
}
