import type { Sql } from "#lib/adapters/db/client.ts";
import type { PartialFailure, SweepCost } from "#lib/domain/clusters/cluster.ts";

/** A cluster as the worker last saw it. */
export interface StoredClusterState {
  id: string;
  kafkaClusterId: string | null;
  /** The id before the present one and when that was first seen, epoch ms; null where it never changed. */
  idChange: { previousId: string; at: number } | null;
  reachable: boolean;
  /** Since when `reachable` has its value. */
  sinceAt: number;
  /** A sentence while unreachable. */
  reason: string | null;
  controllerId: number | null;
  sampledAt: number | null;
  sweep: SweepCost | null;
  failures: PartialFailure[];
  observedAt: number;
  brokerCount: number;
  topicCount: number;
  groupCount: number;
}

/** ClusterStore reads the clusters as last swept. */
export interface ClusterStore {
  /** By id; a cluster that was never swept is absent. */
  states(): Promise<Map<string, StoredClusterState>>;
}

/** clusterStore makes a {@link ClusterStore}. */
export function clusterStore(sql: Sql): ClusterStore {
  return {
    async states() {
      const rows = await sql.clusterState.findMany();
      const brokers = await sql.brokerState.groupBy({
        by: ["cluster"],
        _count: true,
        where: { missingSinceAt: null },
      });
      const topics = await sql.topicState.groupBy({
        by: ["cluster"],
        _count: true,
        where: { role: { not: "internal" } },
      });
      const groups = await sql.groupState.groupBy({ by: ["cluster"], _count: true });
      const countIn = (counts: readonly { cluster: string; _count: number }[], id: string): number =>
        counts.find((each) => each.cluster === id)?._count ?? 0;
      return new Map(
        rows.map((row) => [
          row.id,
          {
            id: row.id,
            kafkaClusterId: row.kafkaClusterId,
            idChange:
              row.previousKafkaClusterId === null || row.kafkaClusterIdChangedAt === null
                ? null
                : { previousId: row.previousKafkaClusterId, at: row.kafkaClusterIdChangedAt.getTime() },
            reachable: row.reachable,
            sinceAt: row.sinceAt.getTime(),
            reason: row.reason,
            controllerId: row.controllerId,
            sampledAt: row.sampledAt?.getTime() ?? null,
            sweep:
              row.sweepDurationMs === null || row.sweepRequests === null
                ? null
                : { durationMs: row.sweepDurationMs, requests: row.sweepRequests },
            failures: row.failures as unknown as PartialFailure[],
            observedAt: row.observedAt.getTime(),
            brokerCount: countIn(brokers, row.id),
            topicCount: countIn(topics, row.id),
            groupCount: countIn(groups, row.id),
          },
        ]),
      );
    },
  };
}
