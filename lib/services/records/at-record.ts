import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { RecordAddress } from "#lib/adapters/kafka/search/types.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { askRecords } from "#lib/services/records/ask-records.ts";
import { recordUnknown } from "#lib/services/records/record-unknown.ts";

interface Place {
  readonly cluster: string;
  readonly at: RecordAddress;
}

/**
 * atRecord runs `work` for one record; a null of it means that there is none. Throws `record_unknown` with the reason,
 * `topic_unknown`, and what askRecords throws.
 */
export async function atRecord<T>(
  ctx: Ctx,
  { cluster, at }: Place,
  work: (kafka: KafkaCluster, signal: AbortSignal) => Promise<T | null>,
): Promise<T> {
  try {
    const found = await askRecords(ctx, { cluster, otherwise: "read_refused" }, work);
    if (found !== null) return found;
  } catch (error) {
    // Kafka has one word for a topic and for a partition that is not there.
    if (!(error instanceof AppError) || error.code !== "topic_unknown") throw error;
  }
  throw await recordUnknown(ctx, cluster, at);
}
