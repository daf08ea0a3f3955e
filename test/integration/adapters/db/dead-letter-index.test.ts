import { afterAll, beforeAll, expect, test } from "vitest";
import type { IndexedDeadLetter, SeenCause } from "#lib/adapters/db/dead-letter-index.ts";
import { openObservedCluster, type ObservedCluster } from "../../services/observed-cluster.ts";
import { withClient } from "#test/support/template-database.ts";

const START = Date.UTC(2026, 0, 1, 7, 20);
/** The last instant that a column is given, to the ms. */
const LAST_AT = 253_402_300_799_999;
const CAUSE_ID = "0197a000-0000-8000-8000-000000000001";

let it: ObservedCluster;
let topicRef = 0;
const rows = (sql: string): Promise<Record<string, unknown>[]> =>
  withClient(it.database.url, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);

beforeAll(async () => {
  it = await openObservedCluster(() => START);
  const made = await rows(`INSERT INTO dead_letter_topic (cluster, topic, topic_id, found_by, observed_at)
    VALUES ('shop', 'orders.dlt', gen_random_uuid(), 'name', now()) RETURNING id`);
  topicRef = made[0]!["id"] as number;
});
afterAll(() => it.close());

const cause: SeenCause = {
  ...{
    id: CAUSE_ID,
    causeClass: "Error",
    frame: null,
    message: "no",
    sourceTopic: "orders",
    group: "billing",
  },
  ...{
    eventType: null,
    dialect: "kit",
    stack: null,
    stackTopic: "orders.dlt",
    firstSeenAt: START,
    lastSeenAt: START,
  },
};
const deadLetter = (offset: bigint, changed: Partial<IndexedDeadLetter> = {}): IndexedDeadLetter => {
  const place = { topic: "orders", partition: 0, offset, at: START + 1 };
  return {
    ...{ partition: 0, offset, causeId: CAUSE_ID, at: START + 123, origin: place, from: place, attempts: 3 },
    ...{
      exception: "HandlerError",
      message: 'say "no", {7}\\',
      eventId: `e-${offset}`,
      key: null,
      keyHash: 7n,
    },
    ...{ valueBytes: 10, pointer: false, hops: 1, redriveId: null, twinOf: null },
    ...changed,
  };
};
const write = (offsets: IndexedDeadLetter[], from: bigint[], to: bigint[]): Promise<void> =>
  it.db.transaction((tx) =>
    tx.deadLetterIndex.write("shop", {
      topics: [{ topicRef, rows: offsets, oneIn: 1, from, to }],
      ...{ causes: [cause], at: START },
    }),
  );
const tally = async (): Promise<number> =>
  Number((await rows("SELECT coalesce(sum(count), 0) AS n FROM dead_letter_tally"))[0]!["n"]);

test("a row holds what it was given, instants to the ms", async () => {
  const far = { topic: "orders", partition: 1, offset: 2n ** 63n - 1n, at: LAST_AT };
  const none = { topic: null, partition: null, offset: null, at: null };
  await write(
    [deadLetter(0n), deadLetter(1n, { at: LAST_AT, origin: far, from: none, pointer: true })],
    [],
    [2n],
  );
  const ms = (column: string): string => `(extract(epoch FROM ${column}) * 1000)::bigint::text AS ${column}`;
  const stored = await rows(`SELECT record_offset AS o, ${ms("at")}, ${ms("origin_at")}, ${ms("from_at")},
    origin_offset, message, event_id, key_hash, pointer, twin_offset FROM dead_letter ORDER BY record_offset`);
  expect(stored).toEqual([
    {
      ...{ o: "0", at: String(START + 123), origin_at: String(START + 1), from_at: String(START + 1) },
      ...{ origin_offset: "0", message: 'say "no", {7}\\', event_id: "e-0", key_hash: "7" },
      ...{ pointer: false, twin_offset: null },
    },
    {
      ...{ o: "1", at: String(LAST_AT), origin_at: String(LAST_AT), from_at: null },
      ...{ origin_offset: "9223372036854775807", message: 'say "no", {7}\\', event_id: "e-1", key_hash: "7" },
      ...{ pointer: true, twin_offset: null },
    },
  ]);
  expect(await tally()).toBe(2);
});

test("what a broker gave out twice has one row and counts once", async () => {
  await write([deadLetter(2n), deadLetter(3n)], [2n], [4n]);
  // The brokers cut the log off at offset 3, and give the offset out again.
  await write([deadLetter(3n, { message: "other" }), deadLetter(4n)], [4n], [5n]);
  const stored = await rows(
    "SELECT record_offset::int AS o, message = 'other' AS other FROM dead_letter ORDER BY 1",
  );
  expect(stored.map((row) => row["o"])).toEqual([0, 1, 2, 3, 4]);
  expect(stored.some((row) => row["other"])).toBe(false);
  expect(await tally()).toBe(5);
});

test("a batch that begins where nobody stands is refused whole", async () => {
  await expect(write([deadLetter(9n)], [8n], [10n])).rejects.toThrow("are not where they stood");
  expect(await tally()).toBe(5);
});
