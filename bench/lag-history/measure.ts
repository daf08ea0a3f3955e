import type { Db } from "#lib/adapters/db/db.ts";
import { ClusterBook } from "#lib/domain/sweep/cluster-book.ts";
import { groupHeat } from "#lib/domain/groups/group-heat.ts";
import { groupHistory } from "#lib/domain/groups/group-history.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import { recordSweep } from "#lib/services/clusters/record-sweep.ts";
import { observed } from "./shape.ts";

const DAY_MS = 86_400_000;
/** Reads before those that count. */
const WARM = 20;

/** How long something took, ms. */
export interface Spread {
  p50: number;
  p95: number;
  most: number;
}

/** spreadOf sums durations up. */
function spreadOf(durations: readonly number[]): Spread {
  const sorted = [...durations].sort((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { p50: at(0.5), p95: at(0.95), most: sorted.at(-1) ?? 0 };
}

/** Writes sweeps as the worker does, every group and 30 % of the partitions moving; the first makes the series. */
export async function writeSweeps(
  db: Db,
  lease: Lease,
  { cluster, fromAt, count, groups }: { cluster: string; fromAt: number; count: number; groups: number },
): Promise<{ whole: Spread; longest: Spread }> {
  const book = new ClusterBook({ allowedLag: () => 0 });
  let written = await db.sweeps.written(cluster);
  const whole: number[] = [];
  const longest: number[] = [];
  for (let sweep = 0; sweep < count; sweep += 1) {
    const snapshot = book.record(observed(sweep, fromAt + sweep * 10_000, groups));
    const transactions: number[] = [];
    const timed: Pick<Db, "transaction" | "sweeps"> = {
      sweeps: db.sweeps,
      async transaction(work, options) {
        const startedAt = performance.now();
        const answer = await db.transaction(work, options);
        transactions.push(performance.now() - startedAt);
        return answer;
      },
    };
    const startedAt = performance.now();
    written = await recordSweep({ db: { ...db, ...timed } }, { cluster, lease, snapshot, written });
    if (sweep < 2) continue;
    whole.push(performance.now() - startedAt);
    longest.push(Math.max(...transactions));
  }
  return { whole: spreadOf(whole), longest: spreadOf(longest) };
}

/** How long the histories of a page take, from the store's call to what a browser is sent. */
export async function readCharts(
  db: Db,
  {
    cluster,
    now,
    groups,
    days,
    count,
  }: { cluster: string; now: number; groups: number; days: number; count: number },
): Promise<{ name: string; spread: Spread }[]> {
  const groupOf = (turn: number): string => `group-${String((turn * 37) % groups).padStart(4, "0")}`;
  const chart =
    (spanMs: number) =>
    async (turn: number): Promise<void> => {
      const range = { fromAt: now - spanMs, toAt: now, points: 500 };
      const history = groupHistory(await db.history.ofGroup(cluster, groupOf(turn), range), range);
      if (history.at.length < 300) throw new Error(`only ${history.at.length} points of ${spanMs} ms`);
    };
  const heat = async (turn: number): Promise<void> => {
    const range = { fromAt: now - days * DAY_MS, toAt: now, points: 120 };
    groupHeat(await db.history.heatOf(cluster, groupOf(turn), range), range);
  };
  const worst = async (): Promise<void> => {
    await db.history.worstGroups(cluster, { fromAt: now - days * DAY_MS, toAt: now, points: 500 }, 5);
  };
  const measured: { name: string; spread: Spread }[] = [];
  for (const [name, read, times] of [
    [`a group's chart of ${days} days`, chart(days * DAY_MS), count],
    ["a group's chart of 7 days", chart(7 * DAY_MS), count],
    ["a group's chart of 24 hours", chart(DAY_MS), count],
    ["a group's chart of 1 hour", chart(3_600_000), count],
    [`a group's heat map of ${days} days`, heat, count / 4],
    [`the worst five groups of ${days} days`, worst, count / 10],
  ] as const) {
    const durations: number[] = [];
    // As a console that has run for a while: each connection has seen every partition once, none of these groups.
    for (let turn = 0; turn < WARM; turn += 1) await read(count + turn);
    for (let turn = 0; turn < times; turn += 1) {
      const startedAt = performance.now();
      await read(turn);
      durations.push(performance.now() - startedAt);
    }
    measured.push({ name, spread: spreadOf(durations) });
  }
  return measured;
}
