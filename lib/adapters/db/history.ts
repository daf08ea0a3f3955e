import type { Sql } from "#lib/adapters/db/client.ts";
import {
  selectGroupSamples,
  selectTopicSamples,
  selectWorstOfHour,
  selectWorstOfRange,
  type GroupSampleRow,
  type Range,
  type TopicSampleRow,
} from "#lib/adapters/db/history.sql.ts";
import type { ClusterTotals } from "#lib/domain/clusters/cluster-snapshot.ts";
import type { GroupSample } from "#lib/domain/groups/group-history.ts";
import type { TopicSample } from "#lib/domain/topics/topic-history.ts";
import type { Prisma } from "#prisma/generated/client.ts";

/** HistoryStore reads what the sweeps of the past stored. Samples are kept for 48 h. */
export interface HistoryStore {
  /** By instant, oldest first. */
  ofGroup(cluster: string, group: string, range: Range): Promise<GroupSample[]>;
  ofTopic(cluster: string, topic: string, range: Range): Promise<TopicSample[]>;
  ofCluster(cluster: string, range: Range): Promise<({ at: number } & ClusterTotals)[]>;
  /** Groups with the most lag, most first: of the last hour, or of `range`. */
  worstGroups(cluster: string, range: Range | "last-hour", limit: number): Promise<string[]>;
  /** The totals of the newest sweep; null before the first. */
  latest(cluster: string): Promise<({ at: number } & ClusterTotals) | null>;
}

const numberOf = (value: bigint | null): number | null => (value === null ? null : Number(value));

/** historyStore makes a {@link HistoryStore}. */
export function historyStore(sql: Sql): HistoryStore {
  return {
    async ofGroup(cluster, group, range) {
      return (await selectGroupSamples(sql, { cluster, group, ...range })).map(groupSampleOf);
    },
    async ofTopic(cluster, topic, range) {
      return (await selectTopicSamples(sql, { cluster, topic, ...range })).map(topicSampleOf);
    },
    async ofCluster(cluster, { fromAt, toAt }) {
      const rows = await sql.clusterSample.findMany({
        where: { cluster, at: { gte: new Date(fromAt), lte: new Date(toAt) } },
        orderBy: { at: "asc" },
      });
      return rows.map(totalsOf);
    },
    async worstGroups(cluster, range, limit) {
      const rows =
        range === "last-hour"
          ? await selectWorstOfHour(sql, cluster, limit)
          : await selectWorstOfRange(sql, { cluster, ...range, limit });
      return rows.map((row) => row.group);
    },
    async latest(cluster) {
      const row = await sql.clusterSample.findFirst({ where: { cluster }, orderBy: { at: "desc" } });
      return row === null ? null : totalsOf(row);
    },
  };
}

const groupSampleOf = (row: GroupSampleRow): GroupSample => ({
  at: row.at.getTime(),
  topic: row.topic,
  topicId: row.topicId,
  lag: numberOf(row.lag),
  committed: numberOf(row.committed),
  ended: numberOf(row.ended),
  known: Number(row.known),
});

const topicSampleOf = (row: TopicSampleRow): TopicSample => ({
  at: row.at.getTime(),
  topicId: row.topicId,
  ended: numberOf(row.ended),
  known: Number(row.known),
});

const totalsOf = ({
  at,
  produceRate,
  consumeRate,
  lag,
}: Prisma.ClusterSampleModel): { at: number } & ClusterTotals => ({
  at: at.getTime(),
  produceRate,
  consumeRate,
  lag: numberOf(lag),
});
