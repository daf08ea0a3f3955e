import type { KafkaError } from "#lib/adapters/kafka/errors.ts";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { AppError } from "#lib/services/app-error.ts";
import { isKafkaError } from "#lib/services/broker-errors.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** The brokers are given this long for all that one plan or one apply asks them. */
const ASK_LIMIT_MS = 20_000;

/**
 * askBrokers runs `work` against a cluster with a time limit. Throws AppError `cluster_unreachable` where no broker
 * answers, `cluster_read_only`, and `reset_failed` with the broker's own refusal.
 */
export async function askBrokers<T>(
  ctx: Pick<Ctx, "kafka" | "signal">,
  cluster: string,
  work: (kafka: KafkaCluster, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(ASK_LIMIT_MS);
  try {
    return await work(ctx.kafka(cluster), AbortSignal.any([ctx.signal, limit]));
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (limit.aborted)
      throw new AppError("cluster_unreachable", "The brokers did not answer in time.", { cause: error });
    if (!isKafkaError(error)) throw error;
    throw new AppError(CODES[error.kind] ?? "reset_failed", error.message, { cause: error });
  }
}

const CODES: Partial<Record<KafkaError["kind"], "cluster_unreachable" | "cluster_read_only">> = {
  unreachable: "cluster_unreachable",
  timeout: "cluster_unreachable",
  garbage: "cluster_unreachable",
  authentication_failed: "cluster_unreachable",
  read_only: "cluster_read_only",
};
