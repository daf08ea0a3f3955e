import type { Sql } from "#lib/adapters/db/client.ts";
import { partitionsOfJson } from "#lib/adapters/db/group-json.ts";
import type { ExportedLag } from "#lib/domain/groups/exported-lag.ts";
import type { Verdict } from "#lib/domain/groups/verdict.ts";

/** HealthStore reads what readiness and metrics tell of the whole installation. */
export interface HealthStore {
  /** Whether any worker holds a living lease of a sweep. */
  workerAlive(): Promise<boolean>;
  /** The `limit` groups with most lag over all clusters, and how many there are. */
  exportedLags(limit: number): Promise<{ groups: ExportedLag[]; total: number }>;
}

/** healthStore makes a {@link HealthStore}. */
export function healthStore(sql: Sql): HealthStore {
  return {
    async workerAlive() {
      // Leases live by the database's clock.
      const rows = await sql.$queryRaw<{ alive: boolean }[]>`
        SELECT EXISTS (SELECT FROM worker_lease WHERE name LIKE 'sweep:%' AND expires_at > clock_timestamp()) AS alive`;
      return rows[0]?.alive ?? false;
    },
    async exportedLags(limit) {
      const total = await sql.groupState.count();
      const rows = await sql.groupState.findMany({
        orderBy: [{ lag: { sort: "desc", nulls: "last" } }, { cluster: "asc" }, { groupId: "asc" }],
        take: limit,
        select: {
          ...{ cluster: true, groupId: true, lag: true, timeLagMs: true, verdict: true, retentionUsed: true },
        },
      });
      const topics = await sql.groupTopicState.findMany({
        where: { groupId: { in: [...new Set(rows.map((row) => row.groupId))] } },
        orderBy: { topic: "asc" },
      });
      const byGroup = new Map<string, ExportedLag["partitions"]>();
      for (const { cluster, groupId, topic, partitions } of topics) {
        const key = JSON.stringify([cluster, groupId]);
        const before = byGroup.get(key) ?? [];
        byGroup.set(key, [...before, ...partitionsOfJson(partitions).map((each) => ({ ...each, topic }))]);
      }
      const groups = rows.map((row) => ({
        cluster: row.cluster,
        group: row.groupId,
        lag: row.lag === null ? null : Number(row.lag),
        timeLagMs: row.timeLagMs === null ? null : Number(row.timeLagMs),
        verdict: row.verdict as Verdict,
        retentionUsed: row.retentionUsed,
        partitions: byGroup.get(JSON.stringify([row.cluster, row.groupId])) ?? [],
      }));
      return { groups, total };
    },
  };
}
