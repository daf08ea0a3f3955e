import type { Sql } from "#lib/adapters/db/client.ts";
import { numbersOfText, valuesBySlot } from "#lib/adapters/db/history-rows.ts";
import {
  selectHeatRows,
  selectHeatSamples,
  selectPartitionRows,
  selectPartitionSamples,
  type PartitionRow,
} from "#lib/adapters/db/partition-history.sql.ts";
import { offsetsOfText } from "#lib/adapters/db/samples.sql.ts";
import type { HeatCell } from "#lib/domain/groups/group-heat.ts";
import type { PartitionSample } from "#lib/domain/groups/group.ts";
import {
  LEVEL_SHAPES,
  type FoldedLevel,
  type HistoryPlan,
  type HistoryRange,
  type HistoryStretch,
} from "#lib/domain/time/history-levels.ts";

/** One partition as a group reads it. */
export interface PartitionOfGroup {
  cluster: string;
  group: string;
  topic: string;
  partition: number;
}

/** heatOfGroup reads the greatest lag of each partition in each of `points` slots of a range. */
export async function heatOfGroup(
  sql: Sql,
  { cluster, group, range }: { cluster: string; group: string; range: HistoryRange },
  plan: HistoryPlan,
): Promise<HeatCell[]> {
  const slotMs = (range.toAt - range.fromAt) / range.points;
  const cells: HeatCell[] = [];
  for (const { level, ...stretch } of plan.stretches) {
    const of = { cluster, group, originAt: range.fromAt, slotMs, ...stretch };
    const rows =
      level === "raw" ? await selectHeatSamples(sql, of) : await selectHeatRows(sql, { ...of, level });
    for (const { topic, partition, slots, lags } of rows) {
      const lagOf = numbersOfText(lags);
      numbersOfText(slots).forEach((slot, index) => {
        // The very end of the range belongs to its last slot.
        const at = Math.min(slot ?? 0, range.points - 1);
        cells.push({ topic, partition, slot: at, lag: lagOf[index] ?? 0 });
      });
    }
  }
  return cells;
}

/** samplesOfPartition reads the samples of one partition, oldest first. */
export async function samplesOfPartition(
  sql: Sql,
  of: PartitionOfGroup,
  plan: HistoryPlan,
): Promise<PartitionSample[]> {
  const samples: PartitionSample[] = [];
  for (const { level, ...stretch } of plan.stretches) {
    if (level === "raw") {
      for (const { at, committed, end } of await selectPartitionSamples(sql, { ...of, ...stretch }))
        samples.push({ at: at.getTime(), committed, end, lag: lagOf(committed, end) });
      continue;
    }
    for (const row of await selectPartitionRows(sql, { ...of, level, ...stretch }))
      samples.push(...samplesOfRow(row, level, stretch));
  }
  return samples;
}

function samplesOfRow(
  row: PartitionRow,
  level: FoldedLevel,
  { fromAt, beforeAt }: Pick<HistoryStretch, "fromAt" | "beforeAt">,
): PartitionSample[] {
  const { slotMs } = LEVEL_SHAPES[level];
  const committed = flatOffsets(row.committed);
  const lags = numbersOfText(row.lags);
  const ends =
    row.endAt === null || row.ends === null
      ? new Map<number, bigint | null>()
      : valuesBySlot(numbersOfText(row.endAt), flatOffsets(row.ends), slotMs);
  return numbersOfText(row.at).flatMap((ms, index) => {
    const at = row.fromAt.getTime() + (ms ?? 0);
    if (at < fromAt || at >= beforeAt) return [];
    const end = ends.get(Math.floor((ms ?? 0) / slotMs)) ?? null;
    return { at, committed: committed[index] ?? null, end, lag: lags[index] ?? null };
  });
}

/** The offsets of one partition: an array of rows of one element each. */
const flatOffsets = (text: string): (bigint | null)[] => offsetsOfText(`{${text.replace(/[{}]/g, "")}}`);

const lagOf = (committed: bigint | null, end: bigint | null): number | null =>
  committed === null || end === null ? null : Math.max(0, Number(end - committed));
