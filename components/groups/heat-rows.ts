import type { HeatRow } from "#components/charts/heat-map.tsx";
import type { GroupHeat, HeatTopic } from "#lib/domain/groups/group.ts";

/** More rows than this are no picture: those with the greatest lag are drawn. */
export const MOST_HEAT_ROWS = 48;

/**
 * heatRows makes the rows of a heat map: partitions of one topic or of all, in their order; of too many those with the
 * greatest lag. `total` counts all. The topic is named where there are several.
 */
export function heatRows(
  topics: readonly HeatTopic[],
  topic: string | null,
): { rows: HeatRow[]; total: number } {
  const wanted = topics.filter((each) => topic === null || each.topic === topic);
  const all = wanted.flatMap((each) =>
    each.partitions.map(({ partition, lag }) => ({
      id: `${each.topic}:${partition}`,
      name: wanted.length > 1 ? `${each.topic} ${partition}` : `partition ${partition}`,
      values: lag,
    })),
  );
  if (all.length <= MOST_HEAT_ROWS) return { rows: all, total: all.length };
  const peak = ({ values }: HeatRow) => values.reduce<number>((most, value) => Math.max(most, value ?? 0), 0);
  const kept = new Set([...all].sort((a, b) => peak(b) - peak(a)).slice(0, MOST_HEAT_ROWS));
  return { rows: all.filter((row) => kept.has(row)), total: all.length };
}

/** One cell of a heat map, for a file. */
export interface HeatCell {
  topic: string;
  partition: number;
  fromAt: number;
  lag: number | null;
}

/** heatCells is every cell of a heat map, row by row. */
export function heatCells({ at, topics }: Pick<GroupHeat, "at" | "topics">): HeatCell[] {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.flatMap(({ partition, lag }) =>
      at.map((fromAt, slot) => ({ topic, partition, fromAt, lag: lag[slot] ?? null })),
    ),
  );
}
