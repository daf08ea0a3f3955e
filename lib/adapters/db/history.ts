import type { Sql } from "#lib/adapters/db/client.ts";
import {
  selectGroupRows,
  selectGroupSamples,
  selectTopicRows,
  selectTopicSamples,
  selectWorstOfHour,
  selectWorstOfRows,
  selectWorstOfSamples,
  type GroupSamplesRow,
  type GroupSeriesRow,
  type RankedGroup,
} from "#lib/adapters/db/history.sql.ts";
import { groupSamplesOf, topicSamplesOf } from "#lib/adapters/db/history-rows.ts";
import {
  heatOfGroup,
  samplesOfPartition,
  type PartitionOfGroup,
} from "#lib/adapters/db/partition-history.ts";
import { rollUpStore } from "#lib/adapters/db/roll-ups.ts";
import type { ClusterTotals } from "#lib/domain/clusters/cluster-history.ts";
import type { HeatCell } from "#lib/domain/groups/group-heat.ts";
import type { GroupSample } from "#lib/domain/groups/group-history.ts";
import type { PartitionSample } from "#lib/domain/groups/group.ts";
import { meanOf } from "#lib/domain/time/rate-series.ts";
import {
  greatestOf,
  inSlots,
  planHistory,
  type HistoryPlan,
  type HistoryRange,
  type HistoryStretch,
} from "#lib/domain/time/history-levels.ts";
import type { TopicSample } from "#lib/domain/topics/topic-history.ts";
import type { Prisma } from "#prisma/generated/client.ts";

/** Totals of a cluster at one instant. */
type TotalsSample = { at: number } & ClusterTotals;

/**
 * HistoryStore reads what the sweeps of the past stored. The points that a range asks for decide how finely it is read:
 * samples are one a sweep, a minute or ten minutes, with the greatest lag of each.
 */
export interface HistoryStore {
  /** By instant, oldest first. */
  ofGroup(cluster: string, group: string, range: HistoryRange): Promise<GroupSample[]>;
  ofTopic(cluster: string, topic: string, range: HistoryRange): Promise<TopicSample[]>;
  ofCluster(cluster: string, range: HistoryRange): Promise<TotalsSample[]>;
  /** The greatest lag of each partition in each of `points` slots of the range; slots without a sample are missing. */
  heatOf(cluster: string, group: string, range: HistoryRange): Promise<HeatCell[]>;
  /** Oldest first; no more of them than points by much. */
  ofPartition(of: PartitionOfGroup, range: HistoryRange): Promise<PartitionSample[]>;
  /** Groups with the most lag, most first: of the last hour, or of `range`. */
  worstGroups(cluster: string, range: HistoryRange | "last-hour", limit: number): Promise<string[]>;
  /** The totals of the newest sweep; null before the first. */
  latest(cluster: string): Promise<TotalsSample | null>;
}

/** historyStore makes a {@link HistoryStore}. */
export function historyStore(sql: Sql): HistoryStore {
  const planOf = async (range: HistoryRange): Promise<HistoryPlan> =>
    planHistory(range, await rollUpStore(sql).spans());
  return {
    async ofGroup(cluster, group, range) {
      const plan = await planOf(range);
      const rows = await inStretches<GroupSeriesRow | GroupSamplesRow>(plan, async (stretch) => {
        const of = { cluster, group, ...stretch };
        return stretch.level === "raw"
          ? selectGroupSamples(sql, of)
          : selectGroupRows(sql, { ...of, level: stretch.level });
      });
      return groupSamplesOf(rows, plan.slotMs);
    },
    async ofTopic(cluster, topic, range) {
      const plan = await planOf(range);
      const rows = await inStretches(plan, async (stretch) => {
        const of = { cluster, topic, ...stretch };
        return stretch.level === "raw"
          ? selectTopicSamples(sql, of)
          : selectTopicRows(sql, { ...of, level: stretch.level });
      });
      return topicSamplesOf(rows, plan.slotMs);
    },
    ofCluster: async (cluster, range) => totalsOfCluster(sql, cluster, await planOf(range)),
    heatOf: async (cluster, group, range) => heatOfGroup(sql, { cluster, group, range }, await planOf(range)),
    ofPartition: async (of, range) => samplesOfPartition(sql, of, await planOf(range)),
    async worstGroups(cluster, range, limit) {
      const ranked =
        range === "last-hour"
          ? await selectWorstOfHour(sql, cluster, limit)
          : await worstOfPlan(sql, { cluster, limit }, await planOf(range));
      return ranked.map((row) => row.group);
    },
    async latest(cluster) {
      const row = await sql.clusterSample.findFirst({ where: { cluster }, orderBy: { at: "desc" } });
      return row === null ? null : totalsOf(row);
    },
  };
}

/** Reads every stretch of a plan at once; each row comes with the stretch it was read for, which it may reach out of. */
async function inStretches<Row>(
  plan: HistoryPlan,
  read: (stretch: HistoryStretch) => Promise<Row[]>,
): Promise<{ row: Row; stretch: HistoryStretch }[]> {
  const found = await Promise.all(
    plan.stretches.map(async (stretch) => (await read(stretch)).map((row) => ({ row, stretch }))),
  );
  return found.flat();
}

async function totalsOfCluster(sql: Sql, cluster: string, plan: HistoryPlan): Promise<TotalsSample[]> {
  const samples: TotalsSample[] = [];
  for (const { level, fromAt, beforeAt } of plan.stretches) {
    const at = { gte: new Date(fromAt), lt: new Date(beforeAt) };
    const orderBy = { at: "asc" } as const;
    const rows =
      level === "minute" || level === "ten-minute"
        ? await sql.clusterFold.findMany({ where: { level, cluster, at }, orderBy })
        : await sql.clusterSample.findMany({ where: { cluster, at }, orderBy });
    for (const row of rows) samples.push(totalsOf(row));
  }
  return inSlots(samples, plan.slotMs, (slot) => ({
    at: Math.max(...slot.map((each) => each.at)),
    produceRate: meanOf(slot.map((each) => each.produceRate)),
    consumeRate: meanOf(slot.map((each) => each.consumeRate)),
    lag: greatestOf(slot.map((each) => each.lag)),
  }));
}

async function worstOfPlan(
  sql: Sql,
  { cluster, limit }: { cluster: string; limit: number },
  plan: HistoryPlan,
): Promise<RankedGroup[]> {
  const greatest = new Map<string, number>();
  // Raw samples cannot be found by their instant alone: where they are only the tail of a range, sparklines will do.
  const rankTail = (of: Parameters<typeof selectWorstOfSamples>[1]): Promise<RankedGroup[]> =>
    plan.stretches.length > 1 ? selectWorstOfHour(sql, cluster, limit) : selectWorstOfSamples(sql, of);
  for (const { level, ...stretch } of plan.stretches) {
    const of = { cluster, limit, ...stretch };
    const ranked = level === "raw" ? await rankTail(of) : await selectWorstOfRows(sql, { ...of, level });
    for (const { group, lag } of ranked) greatest.set(group, Math.max(lag, greatest.get(group) ?? 0));
  }
  // A sort keeps the order of equals: that of their ids, as each stretch answered it.
  return [...greatest]
    .map(([group, lag]) => ({ group, lag }))
    .sort((a, b) => b.lag - a.lag)
    .slice(0, limit);
}

const totalsOf = ({
  at,
  produceRate,
  consumeRate,
  lag,
}: Pick<Prisma.ClusterSampleModel, "at" | "produceRate" | "consumeRate" | "lag">): TotalsSample => ({
  at: at.getTime(),
  produceRate,
  consumeRate,
  lag: lag === null ? null : Number(lag),
});
