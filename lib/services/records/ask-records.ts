import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { ErrorCode } from "#lib/contracts/error-codes.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { refusalOf } from "#lib/services/records/refusals.ts";

/** One record, or one produced, is given this long. */
const ASK_LIMIT_MS = 20_000;

interface Asking {
  readonly cluster: string;
  /** The code of what the brokers refuse. */
  readonly otherwise: ErrorCode;
}

/**
 * askRecords runs `work` against a cluster with a time limit. Throws what {@link refusalOf} makes of its error, and
 * `cluster_unreachable` when the time is over.
 */
export async function askRecords<T>(
  ctx: Pick<Ctx, "kafka" | "signal">,
  { cluster, otherwise }: Asking,
  work: (kafka: KafkaCluster, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(ASK_LIMIT_MS);
  try {
    return await work(ctx.kafka(cluster), AbortSignal.any([ctx.signal, limit]));
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (limit.aborted)
      throw new AppError("cluster_unreachable", "The brokers did not answer in time.", { cause: error });
    throw refusalOf(error, otherwise);
  }
}
