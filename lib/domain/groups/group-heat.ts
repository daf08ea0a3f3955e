import type { GroupHeat } from "#lib/domain/groups/group.ts";
import type { HistoryRange } from "#lib/domain/time/history-levels.ts";

/** The greatest lag of one partition in one slot of a range, records. */
export interface HeatCell {
  topic: string;
  partition: number;
  /** From 0, the oldest. */
  slot: number;
  lag: number;
}

/** groupHeat lays cells out as a heat map of `points` equal slots: the greatest of each slot, null where there is none. */
export function groupHeat(cells: readonly HeatCell[], { fromAt, toAt, points }: HistoryRange): GroupHeat {
  const slotMs = (toAt - fromAt) / points;
  const topics = new Map<string, Map<number, (number | null)[]>>();
  for (const { topic, partition, slot, lag } of cells) {
    if (slot < 0 || slot >= points) continue;
    const partitions = topics.get(topic) ?? new Map<number, (number | null)[]>();
    topics.set(topic, partitions);
    const lags = partitions.get(partition) ?? new Array<number | null>(points).fill(null);
    partitions.set(partition, lags);
    lags[slot] = Math.max(lag, lags[slot] ?? 0);
  }
  return {
    fromAt,
    toAt,
    slotMs: Math.round(slotMs),
    at: Array.from({ length: points }, (_, slot) => Math.round(fromAt + slot * slotMs)),
    topics: [...topics].sort(byKey).map(([topic, partitions]) => ({
      topic,
      partitions: [...partitions]
        .sort(([one], [other]) => one - other)
        .map(([partition, lag]) => ({ partition, lag })),
    })),
  };
}

const byKey = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number =>
  one < other ? -1 : Number(one > other);
