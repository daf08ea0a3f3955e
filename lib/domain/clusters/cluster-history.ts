import type { ClusterTotals } from "#lib/domain/clusters/cluster-snapshot.ts";
import type { GroupSample, HistoryRange } from "#lib/domain/groups/group-history.ts";
import { sumKnown } from "#lib/domain/groups/rates.ts";
import { gapOf } from "#lib/domain/time/rate-series.ts";
import { reduceTable } from "#lib/domain/time/reduce.ts";

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

/** The lag of a group over all its topics at each instant. */
function lagAt(samples: readonly GroupSample[], at: readonly number[]): (number | null)[] {
  const byInstant = new Map<number, (number | null)[]>();
  for (const sample of samples) byInstant.set(sample.at, [...(byInstant.get(sample.at) ?? []), sample.lag]);
  return at.map((instant) => {
    const lags = byInstant.get(instant) ?? [];
    return lags.includes(null) ? null : sumKnown(lags);
  });
}
