import { Client } from "pg";
import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import type { DeadLetterFilter } from "#lib/adapters/db/dead-letters.sql.ts";
import type { SelectedDeadLetter, SelectionPart } from "#lib/adapters/db/job-selections.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import { makeLog } from "#lib/log.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";

const ROWS = 3_000;
const LIMIT = 400;
const UP_TO = 10n ** 9n;
const SPEC: JobSpec = {
  ...{ kind: "redrive", name: "test", description: "", transform: NO_TRANSFORM },
  source: { kind: "dead-letters", selection: { kind: "ids", ids: [] } },
  target: { kind: "way-in", group: "billing" },
  pace: { recordsPerSecond: null, canary: false, window: null, stopAtReturnedPercent: 10 },
  ...{ stale: "send", times: "new", processed: "send" },
};

let database: TestDatabase;
let db: Db;
let client: Client;
const job = (): Promise<number> =>
  db.jobs.create({
    ...{ id: v7(), cluster: "c", spec: SPEC, requestedBy: "x", requestedById: null, requestedAt: Date.now() },
  });

/** Dead letters of two topics, two groups and two states, many of one time, a tenth without an origin. */
beforeAll(async () => {
  database = await cloneDatabase();
  const log = makeLog("test", "error");
  db = openDb({ url: database.url, applicationName: "test", poolSize: 3, now: () => Date.now(), log });
  client = new Client({ connectionString: database.url });
  await client.connect();
  await client.query(`
    INSERT INTO dead_letter_topic (cluster, topic, topic_id, found_by, observed_at) VALUES
      ('c', 'z.dlt', gen_random_uuid(), 'name', now()), ('c', 'a.dlt', gen_random_uuid(), 'name', now()),
      ('other', 'z.dlt', gen_random_uuid(), 'name', now());
    INSERT INTO dead_letter_cause (cause_id, cluster, source_topic, group_id, dialect, first_seen_at, last_seen_at)
      SELECT gen_random_uuid(), 'c', 'z', CASE WHEN n < 3 THEN 'billing' ELSE 'stock' END, 'kit', now(), now()
      FROM generate_series(1, 4) n;
    INSERT INTO dead_letter (topic_ref, partition, record_offset, cause_ref, state, state_at, at, origin_topic,
      origin_partition, origin_offset, from_topic, key_hash, pointer, hops)
    SELECT 1 + n % 2, n % 3, n, 1 + n % 4, CASE WHEN n % 7 = 0 THEN 'discarded' ELSE 'open' END, now(),
      '2026-06-01'::timestamptz + (n / 50) * interval '1 s',
      CASE WHEN n % 10 <> 0 THEN 'o' || n % 5 END, n % 4, (n * 7919) % ${ROWS}, 'f' || n % 2, n % 100, false, 1
    FROM generate_series(1, ${ROWS}) n;
    INSERT INTO dead_letter (topic_ref, partition, record_offset, cause_ref, state_at, at, twin_partition, twin_offset,
      pointer, hops) SELECT 1, 0, ${ROWS} + n, 1, now(), now(), 0, 1, false, 1 FROM generate_series(1, 10) n;
    INSERT INTO dead_letter_tally (cause_ref, topic_ref, state, count)
      SELECT cause_ref, topic_ref, state, count(*) FROM dead_letter WHERE twin_offset IS NULL GROUP BY 1, 2, 3`);
});
afterAll(async () => {
  await client.end();
  await db.close();
  await database.drop();
});

async function freeze(number: number, filter: DeadLetterFilter, upTo = UP_TO) {
  const sums = { rows: 0, untold: 0, parts: 0, origins: new Set<string>(), groups: new Set<string>() };
  for (const first of await db.jobs.selectionParts(filter, LIMIT))
    for (let part: SelectionPart | null = first; part !== null; sums.parts += 1) {
      const added = await db.jobs.addPart(number, { filter, upTo, part, limit: LIMIT });
      sums.rows += added.rows;
      sums.untold += added.untold;
      for (const origin of added.origins) sums.origins.add(origin);
      for (const group of added.groups) sums.groups.add(group);
      part = added.next;
    }
  return sums;
}

async function readAll(number: number): Promise<SelectedDeadLetter[]> {
  const rows: SelectedDeadLetter[] = [];
  for (let after: Awaited<ReturnType<Db["jobs"]["selected"]>>["last"] = null; ;) {
    const page = await db.jobs.selected(number, { after, limit: LIMIT });
    rows.push(...page.rows);
    after = page.last;
    if (page.rows.length < LIMIT) return rows;
  }
}

/** The order as it is promised, in other words than the database's. */
const orderOf = ({ origin, topic, partition, offset }: SelectedDeadLetter): string => {
  const pad = (value: bigint | number | null): string => String(value).padStart(6, "0");
  return origin.topic === null
    ? `2 ${topic} ${pad(partition)} ${pad(offset)}`
    : `1 ${origin.topic} ${pad(origin.partition)} ${pad(origin.offset)}`;
};

describe("the dead letters of a plan", () => {
  test("are those of the list, each once, by their origin and behind them by their place", async () => {
    const number = await job();
    const sums = await freeze(number, { cluster: "c" });
    expect(sums).toMatchObject({ rows: ROWS, untold: ROWS / 10 });
    expect([...sums.groups].sort()).toEqual(["billing", "stock"]);
    expect([...sums.origins].sort()).toEqual(["f0", "f1", "o1", "o2", "o3", "o4", "o0"].sort());
    // The streams are longer than a page, so that parts go on.
    expect(sums.parts).toBeGreaterThan(ROWS / LIMIT);
    const rows = await readAll(number);
    expect(new Set(rows.map(({ id }) => id)).size).toBe(ROWS);
    const order = rows.map(orderOf);
    expect(order).toEqual([...order].sort());
  });

  test.for<[string, DeadLetterFilter, string]>([
    ["a group", { cluster: "c", group: "billing" }, "d.cause_ref < 3"],
    [
      "a group in a topic",
      { cluster: "c", group: "stock", topic: "a.dlt" },
      "d.cause_ref > 2 AND d.topic_ref = 2",
    ],
    ["a state", { cluster: "c", state: "discarded" }, "d.state = 'discarded'"],
    ["a time", { cluster: "c", from: Date.UTC(2026, 5, 1, 0, 0, 20) }, "d.at >= '2026-06-01T00:00:20Z'"],
    ["another cluster", { cluster: "other" }, "false"],
  ])("of %s are what the filter matches", async ([, filter, where]) => {
    const number = await job();
    const { rows } = await freeze(number, filter);
    const counted = await client.query<{ n: string }>(
      `SELECT count(*) AS n FROM dead_letter d WHERE d.twin_offset IS NULL AND ${where}`,
    );
    expect(rows).toBe(Number(counted.rows[0]?.n));
    expect((await readAll(number)).length).toBe(rows);
  });

  test("end where the filter was frozen, and those that are forgotten since are counted", async () => {
    const number = await job();
    const { rows } = await freeze(number, { cluster: "c", topic: "z.dlt" }, 1_000n);
    expect(rows).toBe(500);
    await client.query("DELETE FROM dead_letter WHERE seq = 2");
    const page = await db.jobs.selected(number, { after: null, limit: ROWS });
    expect([page.rows.length, page.forgotten]).toEqual([499, 1]);
  });

  test("are taken out by pages, with those of plannings that were given up", async () => {
    const [planned, given] = [await job(), await job()];
    await freeze(planned, { cluster: "c", topic: "a.dlt" });
    await freeze(given, { cluster: "c", topic: "a.dlt" });
    await client.query("UPDATE job SET state = 'cancelled' WHERE number = $1", [given]);
    const other = await job();
    for (let left = 1; left > 0;) left = await db.jobs.clearSelection(other, LIMIT);
    expect(await readAll(given)).toEqual([]);
    expect((await readAll(planned)).length).toBe(ROWS / 2);
  });

  test("with a key are told by origin partition, and by group where it is asked for", async () => {
    const number = await job();
    await freeze(number, { cluster: "c" });
    const of = { topic: "o1", partition: 1, from: 0n, to: 10n ** 6n, limit: ROWS };
    const all = await db.jobs.selectedKeys(number, { ...of, group: null });
    const billing = await db.jobs.selectedKeys(number, { ...of, group: "billing" });
    const counted = await client.query<{ all: string; billing: string }>(
      `SELECT count(*) AS all, count(*) FILTER (WHERE cause_ref < 3) AS billing FROM dead_letter
       WHERE origin_topic = 'o1' AND origin_partition = 1 AND twin_offset IS NULL`,
    );
    expect([all.length, billing.length]).toEqual(
      [counted.rows[0]?.all, counted.rows[0]?.billing].map(Number),
    );
    expect(all.map(({ offset }) => offset)).toEqual(
      all.map(({ offset }) => offset).sort((a, b) => Number(a - b)),
    );
  });
});
