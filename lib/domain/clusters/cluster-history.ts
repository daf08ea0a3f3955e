import type { GroupSample } from "#lib/domain/groups/group-history.ts";
import type { HistoryRange } from "#lib/domain/time/history-levels.ts";
import { sumKnown } from "#lib/domain/groups/rates.ts";
import { gapOf } from "#lib/domain/time/rate-series.ts";
import { reduceTable } from "#lib/domain/time/reduce.ts";

/** Totals of a cluster: records a second over the last minute, and records. null is unknown. */
export interface ClusterTotals {
  /** Written to all topics but Kafka's own. */
  produceRate: number | null;
  /** Committed by all groups. */
  consumeRate: number | null;
  lag: number | null;
}

/** ClusterHistory is the lag of a cluster's worst groups and its rates between two instants. */
export interface ClusterHistory {
  fromAt: number;
  toAt: number;
  stepMs: number;
  at: number[];
  groups: { group: string; lag: (number | null)[] }[];
  produceRate: (number | null)[];
  consumeRate: (number | null)[];
}

/** clusterHistory draws a cluster from the totals of its sweeps and the samples of the groups to be shown. */
export function clusterHistory(
  totals: readonly ({ at: number } & ClusterTotals)[],
  groups: readonly { group: string; samples: readonly GroupSample[] }[],
  range: HistoryRange,
): ClusterHistory {
  const at = totals.map((each) => each.at);
  const lags = groups.map(({ samples }) => lagAt(samples, at));
  const series = [...lags, totals.map((each) => each.produceRate), totals.map((each) => each.consumeRate)];
  const reduced = reduceTable({ at, series }, { ...range, gapMs: gapOf(at) });
  return {
    fromAt: range.fromAt,
    toAt: range.toAt,
    stepMs: reduced.stepMs,
    at: reduced.at,
    groups: groups.map(({ group }, index) => ({ group, lag: reduced.series[index] ?? [] })),
    produceRate: reduced.series[groups.length] ?? [],
    consumeRate: reduced.series[groups.length + 1] ?? [],
  };
}

/**
 * The lag of a group over all its topics at each instant, by the last sample of each topic since the instant before: a
 * slot of coarser samples ends with the last sweep that saw the cluster, which may have missed the group.
 */
function lagAt(samples: readonly GroupSample[], at: readonly number[]): (number | null)[] {
  const byTopic = at.map(() => new Map<string, number | null>());
  let index = 0;
  for (const { at: instant, topicId, lag } of samples) {
    while (index < at.length && (at[index] ?? 0) < instant) index += 1;
    byTopic[index]?.set(topicId, lag);
  }
  return byTopic.map((lags) => {
    const values = [...lags.values()];
    return values.includes(null) ? null : sumKnown(values);
  });
}
