import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import type { Lease } from "#lib/domain/clusters/lease.ts";
import {
  FOLD_AFTER_MS,
  keptMs,
  LEVEL_SHAPES,
  RAW_KEPT_MS,
  type FoldedLevel,
} from "#lib/domain/time/history-levels.ts";
import { groupHistory } from "#lib/domain/groups/group-history.ts";
import { makeLog } from "#lib/log.ts";
import { foldDue } from "#lib/worker/loops/roll-up.ts";
import { tendSamplePartitions, type HistoryLoop } from "#lib/worker/loops/sample-partitions.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import { foldedRows, grouped, rawHistory, readFolded, storeRaw, type RawHistory } from "./raw-history.ts";

const HOUR_MS = 3_600_000;
const DAY_AT = Date.UTC(2026, 0, 5);
const END_AT = DAY_AT + 26 * HOUR_MS;
const GAP = { fromAt: DAY_AT + 5 * HOUR_MS - 400_000, toAt: DAY_AT + 6.5 * HOUR_MS };
const CLUSTER = "demo";
const TABLES: [FoldedLevel, "ends" | "commits", string][] = [
  ["packed", "ends", "end_packed"],
  ["packed", "commits", "commit_packed"],
  ["minute", "ends", "end_minute"],
  ["minute", "commits", "commit_minute"],
  ["ten-minute", "ends", "end_ten_minute"],
  ["ten-minute", "commits", "commit_ten_minute"],
];
const NEVER = new AbortController().signal;

/** A database with a day of raw samples, and a clock that the test sets. */
interface History {
  db: Db;
  client: Client;
  raw: RawHistory;
  lease: Lease;
  loop: HistoryLoop;
  clock: { now: number };
  close(): Promise<void>;
}

async function openHistory(): Promise<History> {
  const database: TestDatabase = await cloneDatabase();
  const clock = { now: END_AT };
  const now = (): number => clock.now;
  const log = makeLog("test", "error");
  const db = openDb({ url: database.url, applicationName: "test", poolSize: 4, now, log });
  const client = new Client({ connectionString: database.url });
  await client.connect();
  const raw = rawHistory(DAY_AT, END_AT, GAP);
  await storeRaw(client, raw);
  const lease = await db.leases.take({ name: "history", holder: "test", ttlMs: 600_000 });
  const kept = keptMs({ rawHours: 30, minuteDays: 2, tenMinuteDays: 3 });
  return {
    ...{ db, client, raw, lease: lease!, clock, loop: { db, now, log, kept } },
    async close() {
      await client.end();
      await db.close();
      await database.drop();
    },
  };
}

/** Folds and tends as the worker does in one round at an instant. */
async function round({ loop, lease, clock }: History, at: number): Promise<void> {
  clock.now = at;
  await tendSamplePartitions(loop, lease);
  await foldDue(loop, lease, NEVER);
}

const expected = (raw: RawHistory, level: FoldedLevel, kind: "ends" | "commits"): unknown[] => {
  const { rowMs } = LEVEL_SHAPES[level];
  const beforeAt = level === "ten-minute" ? DAY_AT + 24 * HOUR_MS : END_AT;
  return foldedRows(raw, kind, {
    ...LEVEL_SHAPES[level],
    fromAt: Math.floor(DAY_AT / rowMs) * rowMs,
    beforeAt,
  });
};

describe("the folded history", () => {
  let it: History;
  beforeAll(async () => {
    it = await openHistory();
    await round(it, END_AT + FOLD_AFTER_MS);
  });
  afterAll(() => it.close());

  test.each(TABLES)("of level %s holds of %s what the raw samples say", async (level, kind, table) => {
    const { rows } = await readFolded(it.client, table);
    expect(rows.length).toBeGreaterThan(2);
    expect(rows).toEqual(expected(it.raw, level, kind));
  });
  test("is not written again when it is folded again", async () => {
    const readAll = async (): Promise<unknown[]> => {
      const all: unknown[] = [];
      for (const [, , table] of TABLES) all.push(await readFolded(it.client, table));
      return all;
    };
    const before = await readAll();
    const totals = "SELECT array_agg(ctid ORDER BY level, at)::text AS places FROM cluster_fold";
    const placesBefore = (await it.client.query(totals)).rows;
    await it.client.query("UPDATE history_span SET before_at = $1", [new Date(DAY_AT)]);
    await foldDue(it.loop, it.lease, NEVER);
    expect(await readAll()).toEqual(before);
    expect((await it.client.query(totals)).rows).toEqual(placesBefore);
    expect((await it.db.rollUps.spans()).find(({ level }) => level === "packed")?.beforeAt).toBe(END_AT);
  });
  test("of a cluster has the mean rate and the greatest lag of each slot", async () => {
    const { rows } = await it.client.query<{ at: Date; produce_rate: number; lag: string }>(
      "SELECT at, produce_rate, lag FROM cluster_fold WHERE level = 'minute' ORDER BY at",
    );
    const minutes = grouped(it.raw.sweeps.entries(), ([, at]) => Math.floor(at / 60_000));
    expect(rows).toEqual(
      [...minutes.values()].map((sweeps) => {
        const rates = sweeps.map(([index]) => 3 + ((index + 1) % 5));
        const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
        const [index, at] = sweeps.at(-1)!;
        return { at: new Date(at), produce_rate: expect.closeTo(mean, 9) as number, lag: String(index + 1) };
      }),
    );
  });
  test("is read alike before and after the raw samples are dropped", async () => {
    const range = { fromAt: END_AT - 3 * HOUR_MS, toAt: END_AT, points: 500 };
    const orders = { cluster: CLUSTER, group: "inventory", topic: "topic-2", partition: 3 };
    const read = async (): Promise<unknown> => [
      await it.db.history.ofGroup(CLUSTER, "inventory", range),
      await it.db.history.ofTopic(CLUSTER, "topic-2", range),
      await it.db.history.heatOf(CLUSTER, "inventory", { ...range, points: 60 }).then(sorted),
      await it.db.history.ofPartition(orders, range),
    ];
    // As if nothing were folded, everything is read from the raw samples.
    await it.client.query("UPDATE history_span SET level = level, before_at = from_at");
    const fromRaw = await read();
    await it.client.query("UPDATE history_span SET before_at = $1 WHERE level <> 'ten-minute'", [
      new Date(END_AT),
    ]);
    await it.client.query("UPDATE history_span SET before_at = $1 WHERE level = 'ten-minute'", [
      new Date(DAY_AT + 24 * HOUR_MS),
    ]);
    it.clock.now = END_AT + RAW_KEPT_MS;
    await tendSamplePartitions(it.loop, it.lease);
    expect((await it.client.query("SELECT count(*)::int AS n FROM commit_sample")).rows).toEqual([{ n: 0 }]);
    expect(await read()).toEqual(fromRaw);
    expect((fromRaw as unknown[][]).map((part) => part.length > 50)).toEqual([true, true, true, true]);
  });
  test.each([
    [1, 500, 20_000],
    [8, 240, 60_000],
    [24, 120, 600_000],
  ])(
    "of %d h in %d points is read a sample each %d ms and keeps its peak and its gap",
    async (hours, points, stepMs) => {
      const range = {
        fromAt: GAP.fromAt - HOUR_MS,
        toAt: GAP.fromAt - HOUR_MS + hours * HOUR_MS - 1,
        points,
      };
      const samples = await it.db.history.ofGroup(CLUSTER, "payments", range);
      const history = groupHistory(samples, range);
      expect(Math.max(2, history.at.length)).toBeLessThanOrEqual(500);
      const steps = [...new Set(samples.map(({ at }) => at))].map(
        (at, index, all) => at - (all[index - 1] ?? 0),
      );
      steps.sort((a, b) => a - b);
      expect(steps[Math.floor(steps.length / 2)]! / stepMs).toBeCloseTo(1, 0);
      const raw = expectedPeaks(it.raw, range);
      const peaks = Object.fromEntries(
        history.series.map(({ topic, lag }) => [topic, Math.max(...lag.map((each) => each ?? 0))]),
      );
      expect(peaks).toEqual(raw);
      expect(samples.filter(({ at }) => at >= GAP.fromAt && at < GAP.toAt)).toEqual([]);
      if (hours > 1) expect(history.series[0]?.lag.includes(null)).toBe(true);
    },
  );
  test("ranks the groups of a range by their greatest lag", async () => {
    const range = { fromAt: DAY_AT, toAt: END_AT, points: 240 };
    const peaks = ["inventory", "payments"].map(
      (group) =>
        [
          group,
          Math.max(
            ...it.raw.groups
              .flatMap((each, index) => (each.group === group ? [index] : []))
              .map((index) => {
                const rows = expected(it.raw, "minute", "commits") as { id: number; peak: number }[];
                return Math.max(...rows.filter(({ id }) => id === index + 1).map(({ peak }) => peak));
              }),
          ),
        ] as const,
    );
    const ranked = [...peaks].sort(([, one], [, other]) => other - one).map(([group]) => group);
    expect(await it.db.history.worstGroups(CLUSTER, range, 5)).toEqual(ranked);
  });
});

/** The greatest lag of each topic of payments in a range, from the raw samples. */
function expectedPeaks(
  raw: RawHistory,
  { fromAt, toAt }: { fromAt: number; toAt: number },
): Record<string, number> {
  const within = {
    ...raw,
    groups: raw.groups.map((each) => ({
      ...each,
      commits: each.commits.filter(({ at }) => at >= fromAt && at <= toAt),
    })),
  };
  const rows = foldedRows(within, "commits", {
    rowMs: 48 * HOUR_MS,
    slotMs: 1,
    fromAt: DAY_AT,
    beforeAt: END_AT,
  });
  return {
    "topic-0": rows.find(({ id }) => id === 1)!.peak!,
    "topic-1": rows.find(({ id }) => id === 2)!.peak!,
  };
}

const sorted = <T>(cells: T[]): T[] =>
  [...cells].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

describe("folding", () => {
  let it: History;
  beforeAll(async () => {
    it = await openHistory();
  });
  afterAll(() => it.close());

  test("waits for samples that come late, and has them", async () => {
    await round(it, DAY_AT + HOUR_MS + FOLD_AFTER_MS - 1);
    expect((await readFolded(it.client, "end_packed")).rows).toEqual([]);
    const late = { at: DAY_AT + HOUR_MS - 1, offsets: [1, 2, 3, 4, 5] };
    it.raw.topics[0]!.ends.splice(
      it.raw.topics[0]!.ends.findIndex(({ at }) => at > late.at),
      0,
      late,
    );
    await it.client.query("INSERT INTO end_sample VALUES (1, $1, '{1,2,3,4,5}')", [new Date(late.at)]);
    await round(it, DAY_AT + HOUR_MS + FOLD_AFTER_MS);
    const { rows } = await readFolded(it.client, "end_packed");
    expect(rows).toHaveLength(3);
    expect(rows[0]!.at.at(-1)).toBe(late.at);
  });
  test("loses nothing when it is killed between two writes, or before the drop", async () => {
    let left = 4;
    const dying: HistoryLoop["db"] = {
      rollUps: it.db.rollUps,
      transaction: (work, options) => {
        if (left === 0) throw new Error("killed");
        left -= 1;
        return it.db.transaction(work, options);
      },
    };
    for (const writes of [1, 2, 3, 4, 5, 6]) {
      left = writes;
      it.clock.now = END_AT + FOLD_AFTER_MS;
      await tendSamplePartitions({ ...it.loop, db: dying }, it.lease).catch(() => undefined);
      await foldDue({ ...it.loop, db: dying }, it.lease, NEVER).catch(() => undefined);
    }
    await round(it, END_AT + FOLD_AFTER_MS);
    await round(it, END_AT + FOLD_AFTER_MS);
    for (const [level, kind, table] of TABLES) {
      expect((await readFolded(it.client, table)).rows, table).toEqual(expected(it.raw, level, kind));
    }
  });
  test("drops each level when it is old and folded, whole partitions at a time", async () => {
    await it.db.groupEvents.add("demo", "payments", {
      at: END_AT,
      kind: "rebalance",
      sentence: "rebalanced",
    });
    const days = async (days: number): Promise<Record<string, boolean>> => {
      // What one round folds the next may drop.
      for (let rounds = 0; rounds < 2; rounds += 1) await round(it, END_AT + days * 24 * HOUR_MS);
      const left: Record<string, boolean> = {};
      for (const [, , table] of TABLES) left[table] = (await readFolded(it.client, table)).rows.length > 0;
      return left;
    };
    const all = { end_packed: true, end_minute: true, end_ten_minute: true };
    const both = (ends: Record<string, boolean>): Record<string, boolean> => ({
      ...ends,
      ...Object.fromEntries(
        Object.entries(ends).map(([table, left]) => [table.replace("end", "commit"), left]),
      ),
    });
    expect(await days(0.1)).toEqual(both(all));
    expect(await days(1.6)).toEqual(both({ ...all, end_packed: false }));
    expect((await it.client.query("SELECT sentence FROM group_event")).rows).toHaveLength(1);
    expect(await days(3.2)).toEqual(both({ ...all, end_packed: false, end_minute: false }));
    expect(await days(13)).toEqual(both({ end_packed: false, end_minute: false, end_ten_minute: false }));
    expect((await it.client.query("SELECT sentence FROM group_event")).rows).toEqual([]);
    expect((await it.client.query("SELECT count(*)::int AS n FROM commit_series")).rows).toEqual([{ n: 0 }]);
    expect((await it.client.query("SELECT count(*)::int AS n FROM cluster_fold")).rows).toEqual([{ n: 0 }]);
  });
});
