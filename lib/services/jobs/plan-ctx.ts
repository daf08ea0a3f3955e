import type { Tx } from "#lib/adapters/db/db.ts";
import type { KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** PlanCtx is what the planning of a job runs on, in a worker that holds the job's lease. */
export interface PlanCtx extends Pick<Ctx, "db" | "now" | "newId" | "log" | "signal" | "jobs"> {
  readonly cluster: string;
  readonly kafka: KafkaCluster;
  /** Runs `work` in a transaction that the lease guards. */
  readonly guarded: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
}
