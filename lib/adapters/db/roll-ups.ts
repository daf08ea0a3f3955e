import type { Sql } from "#lib/adapters/db/client.ts";
import {
  foldCommits,
  foldEnds,
  foldTotals,
  packCommits,
  packEnds,
  selectSeries,
  type SeriesWidth,
} from "#lib/adapters/db/roll-up.sql.ts";
import {
  FOLDED_LEVELS,
  LEVEL_SHAPES,
  type FoldedLevel,
  type HistoryLevel,
  type LevelSpan,
} from "#lib/domain/time/history-levels.ts";

/** A part of one row's time of a level: some series of one kind. Small enough for a short transaction. */
interface FoldBatch {
  level: FoldedLevel;
  fromAt: number;
  kind: "ends" | "commits";
  ids: readonly bigint[];
}

/** RollUpStore folds the past into coarser levels, a row's time after the other. */
export interface RollUpStore {
  /** How far each level is folded; empty before the first sweep. Begins the levels where there is none. */
  begin(): Promise<void>;
  spans(): Promise<LevelSpan[]>;
  /** Every series in batches of about `partitions` partitions; none where nothing was swept in the row's time. */
  batches(level: FoldedLevel, fromAt: number, partitions: number): Promise<FoldBatch[]>;
  /** Folds a batch; rows that are there already stay. */
  fold(batch: FoldBatch): Promise<void>;
  /** Folds the totals of a row's time, and says that the level is folded as far as its end. */
  finish(level: FoldedLevel, fromAt: number): Promise<void>;
  /** Says that a level holds nothing before an instant. */
  keptFrom(level: FoldedLevel, at: number): Promise<void>;
}

/** Where each level is folded from. */
const SOURCES: Readonly<Record<FoldedLevel, HistoryLevel>> = {
  packed: "raw",
  minute: "packed",
  "ten-minute": "minute",
};

/** rollUpStore makes a {@link RollUpStore}. */
export function rollUpStore(sql: Sql): RollUpStore {
  return {
    begin: () => beginSpans(sql),
    async spans() {
      const rows = await sql.historySpan.findMany();
      return rows.map((row) => ({
        level: row.level as FoldedLevel,
        fromAt: row.fromAt.getTime(),
        beforeAt: row.beforeAt.getTime(),
      }));
    },
    async batches(level, fromAt, partitions) {
      if (!(await hasSweeps(sql, level, fromAt))) return [];
      const batches: FoldBatch[] = [];
      for (const kind of ["ends", "commits"] as const) {
        const series = await selectSeries(sql, kind);
        for (const ids of inBatches(series, partitions)) batches.push({ level, fromAt, kind, ids });
      }
      return batches;
    },
    fold: (batch) => foldBatch(sql, batch),
    async finish(level, fromAt) {
      const { rowMs, slotMs } = LEVEL_SHAPES[level];
      const beforeAt = fromAt + rowMs;
      if (level !== "packed") await foldTotals(sql, { into: level, fromAt, beforeAt, slotMs });
      await sql.historySpan.update({ where: { level }, data: { beforeAt: new Date(beforeAt) } });
    },
    async keptFrom(level, at) {
      const kept = new Date(at);
      await sql.historySpan.updateMany({ where: { level, fromAt: { lt: kept } }, data: { fromAt: kept } });
    },
  };
}

/** Whether anything was swept in a row's time; totals outlive what is folded from them. */
async function hasSweeps(sql: Sql, level: FoldedLevel, fromAt: number): Promise<boolean> {
  const at = { gte: new Date(fromAt), lt: new Date(fromAt + LEVEL_SHAPES[level].rowMs) };
  const found =
    level === "ten-minute"
      ? await sql.clusterFold.findFirst({ where: { level: "minute", at } })
      : await sql.clusterSample.findFirst({ where: { at } });
  return found !== null;
}

async function foldBatch(sql: Sql, { level, fromAt, kind, ids }: FoldBatch): Promise<void> {
  const { rowMs, slotMs } = LEVEL_SHAPES[level];
  const fold = { ids, fromAt, beforeAt: fromAt + rowMs };
  const source = SOURCES[level];
  if (source === "raw") return kind === "ends" ? packEnds(sql, fold) : packCommits(sql, fold);
  const coarser = { ...fold, level: source, into: level, slotMs };
  return kind === "ends" ? foldEnds(sql, coarser) : foldCommits(sql, coarser);
}

/** Begins every level with the row that holds the oldest sweep. */
async function beginSpans(sql: Sql): Promise<void> {
  if ((await sql.historySpan.count()) > 0) return;
  const oldest = await sql.clusterSample.findFirst({ orderBy: { at: "asc" }, select: { at: true } });
  if (oldest === null) return;
  await sql.historySpan.createMany({
    data: FOLDED_LEVELS.map((level) => {
      const { rowMs } = LEVEL_SHAPES[level];
      const fromAt = new Date(Math.floor(oldest.at.getTime() / rowMs) * rowMs);
      return { level, fromAt, beforeAt: fromAt };
    }),
  });
}

function inBatches(series: readonly SeriesWidth[], partitions: number): bigint[][] {
  const batches: bigint[][] = [];
  let room = 0;
  for (const { id, width } of series) {
    if (room <= 0) {
      batches.push([]);
      room = partitions;
    }
    batches.at(-1)?.push(id);
    room -= Math.max(1, width);
  }
  return batches;
}
