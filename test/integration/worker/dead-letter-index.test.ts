import { afterAll, beforeAll, expect, test } from "vitest";
import { createTopics, testKafka, withAdmin } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import {
  CLUSTER,
  openDeadLetterBench,
  type DeadLetterBench,
} from "../services/dead-letters/dead-letter-bench.ts";

let bench: DeadLetterBench;
beforeAll(async () => {
  bench = await openDeadLetterBench();
});
afterAll(() => bench.close());

const range = (count: number, from = 0): number[] => Array.from({ length: count }, (_, n) => from + n);

test("each dead letter gets one row, its cause, its tally, its arrivals and its key", async () => {
  const [source = "", dlt = ""] = await bench.topics("order.placed", "order.placed.dlt");
  await bench.fail(
    dlt,
    range(30).map((offset) => ({ topic: source, offset, to: offset % 2 })),
  );
  await bench.fail(dlt, [{ topic: source, offset: 100, cause: "TypeError", message: "x is not a function" }]);
  await bench.indexed(31);
  const causes = await bench.db.deadLetterCauses.list({
    ...{ filter: { cluster: CLUSTER }, sort: "trouble", after: null, limit: 10 },
  });
  expect(causes.map(({ stored: { cause } }) => [cause.causeClass, cause.counts.open, cause.keys])).toEqual([
    ["PaymentError", 30, 30],
    ["TypeError", 1, 1],
  ]);
  expect(causes[0]?.stored.cause).toMatchObject({
    ...{ sourceTopic: source, group: "billing", topics: [dlt], dialect: "kit" },
  });
  const [first] = await bench.db.deadLetters.list(
    { cluster: CLUSTER, topic: dlt },
    { after: null, limit: 1 },
  );
  expect(first?.row).toMatchObject({ topic: dlt, attempts: 3, key: null, state: "open", twinOf: null });
  expect(first?.row.expiresAt).toBe((first?.row.at ?? 0) + 7 * 86_400_000);
  const arrived = await bench.sql<{ n: string }>(
    "SELECT step_s, sum(count) AS n FROM dead_letter_arrival GROUP BY 1 ORDER BY 1",
  );
  expect(arrived).toEqual([
    { step_s: 5, n: "31" },
    { step_s: 60, n: "31" },
  ]);
});

test("it goes on where it stood, and the second of two twins is no dead letter of its own", async () => {
  const [source = "", dlt = ""] = await bench.topics("order.paid", "order.paid.dlt");
  const twin = { topic: source, offset: 7, eventId: "0199-twin", cause: "TwinError" };
  await bench.fail(dlt, [{ ...twin }, { topic: source, offset: 8, cause: "TwinError" }]);
  const before = (await bench.sql("SELECT 1 FROM dead_letter")).length;
  await bench.indexed(before + 2);
  // Another group's failure of the same copy is no twin.
  await bench.fail(dlt, [twin, twin, { ...twin, group: "shipping" }]);
  await bench.indexed(before + 5);
  const rows = await bench.sql<{ record_offset: string; twin_offset: string | null }>(
    `SELECT d.record_offset, d.twin_offset FROM dead_letter d JOIN dead_letter_topic t ON t.id = d.topic_ref
     WHERE t.topic = $1 ORDER BY 1`,
    [dlt],
  );
  expect(rows.map((row) => row.twin_offset)).toEqual([null, null, "0", "0", null]);
  const listed = await bench.db.deadLetters.list(
    { cluster: CLUSTER, topic: dlt },
    { after: null, limit: 10 },
  );
  expect(listed).toHaveLength(3);
  const count = await bench.db.deadLetters.count({ kind: "all", filter: { cluster: CLUSTER, topic: dlt } });
  expect(count.byState.get("open")).toBe(3);
});

test("what a topic no longer keeps is expired, and a topic made anew begins anew", async () => {
  const [source = "", dlt = ""] = await bench.topics("order.shipped", "order.shipped.dlt");
  await bench.fail(
    dlt,
    range(10).map((offset) => ({ topic: source, offset })),
  );
  const before = (await bench.sql("SELECT 1 FROM dead_letter")).length;
  await bench.indexed(before + 10);
  const filter = { cluster: CLUSTER, topic: dlt };
  const byState = async () =>
    Object.fromEntries((await bench.db.deadLetters.count({ kind: "all", filter })).byState);
  await withAdmin(async (admin) => {
    // kafkajs deletes only from topics that it has met.
    await admin.fetchTopicOffsets(dlt);
    await admin.deleteTopicRecords({ topic: dlt, partitions: [{ partition: 0, offset: "4" }] });
  });
  await bench.indexing(() =>
    until(async () => (await byState())["expired"] === 4, { limitMs: 10_000, what: "four expired" }),
  );
  expect(await byState()).toEqual({ expired: 4, open: 6 });
  expect(
    await bench.sql(
      "SELECT state, sum(count)::int AS n FROM dead_letter_tally y JOIN dead_letter_topic t ON t.id = y.topic_ref WHERE t.topic = $1 AND count > 0 GROUP BY 1 ORDER BY 1",
      [dlt],
    ),
  ).toEqual([
    { state: "expired", n: 4 },
    { state: "open", n: 6 },
  ]);
  await withAdmin((admin) => admin.deleteTopics({ topics: [dlt] }));
  await until(async () => !(await withAdmin((admin) => admin.listTopics())).includes(dlt), {
    ...{ limitMs: 10_000, what: "a deleted topic" },
  });
  await createTopics([{ topic: dlt, numPartitions: 1, replicationFactor: 1 }]);
  await bench.sweep();
  await bench.fail(dlt, [{ topic: source, offset: 50 }]);
  await bench.indexing(() =>
    until(
      async () => {
        const { expired, open } = await byState();
        return expired === 10 && open === 1;
      },
      { limitMs: 10_000, what: "ten expired and one of the new topic" },
    ),
  );
  expect(await byState()).toEqual({ expired: 10, open: 1 });
});

test("in a flood one record in n has a row, and all are counted", async () => {
  const [source = "", dlt = ""] = await bench.topics("order.flooded", "order.flooded.dlt");
  const fail = (from: number, count: number) =>
    bench.fail(
      dlt,
      range(count, from).map((offset) => ({ topic: source, offset, cause: "FloodError" })),
    );
  await fail(0, 200);
  const before = (await bench.sql("SELECT 1 FROM dead_letter")).length;
  await bench.indexed(before + 200, { floodAt: 200 });
  await fail(200, 1_000);
  const topic = async () =>
    (await bench.db.deadLetterTopics.list(CLUSTER)).find((each) => each.topic === dlt);
  await bench.indexing(
    () =>
      until(async () => (await topic())?.flood?.counted === 1_000, {
        ...{ limitMs: 10_000, what: "a flood that is counted" },
      }),
    { floodAt: 200 },
  );
  expect(await topic()).toMatchObject({ open: 210, behind: 0, flood: { oneIn: 100, counted: 1_000 } });
  const [cause] = await bench.db.deadLetterCauses.list({
    ...{ filter: { cluster: CLUSTER, q: "FloodError" }, sort: "open", after: null, limit: 10 },
  });
  expect(cause?.stored.cause.counts.open).toBe(210);
  const [arrived] = await bench.sql(
    "SELECT sum(count)::int AS n FROM dead_letter_arrival WHERE step_s = 60 AND cause_ref = $1",
    [cause?.stored.ref],
  );
  expect(arrived).toEqual({ n: 1_200 });
});

test("hostile headers stop nothing", async () => {
  const [source = "", dlt = ""] = await bench.topics("order.odd", "order.odd.dlt");
  const odd = {
    topic: source,
    offset: 0,
    group: "g\0\0",
    message: "a\0b",
    stack: "\\\"{}', \ud800",
    cause: "\0",
  };
  await bench.fail(dlt, [
    odd,
    { ...odd, partition: 99_999_999_999, offset: 3, at: 1 },
    { ...odd, key: null },
  ]);
  const before = (await bench.sql("SELECT 1 FROM dead_letter")).length;
  await bench.indexed(before + 3);
});

test("a backlog that is read in many turns leaves nothing out and takes nothing twice", async () => {
  const [source = "", dlt = ""] = await bench.topics("order.many", "order.many.dlt");
  for (let from = 0; from < 6_000; from += 300)
    await bench.fail(
      dlt,
      range(300, from).map((offset) => ({ topic: source, offset, to: offset % 2, cause: "ManyError" })),
    );
  const filter = { cluster: CLUSTER, topic: dlt };
  const topic = async () =>
    (await bench.db.deadLetterTopics.list(CLUSTER)).find((each) => each.topic === dlt);
  const all = async () => (await topic())?.open === 6_000;
  await bench.indexing(
    () => until(all, { limitMs: 20_000, everyMs: 20, what: "6,000 rows" }),
    {},
    { turnMs: 0 },
  );
  expect((await bench.db.deadLetters.count({ kind: "all", filter })).byState.get("open")).toBe(6_000);
  expect(await topic()).toMatchObject({ behind: 0, failure: null });
});

test("a topic whose name tells nothing is found by the headers of its records, a source topic is not", async () => {
  const [source = "", parked = "", mixed = ""] = await bench.topics(
    ...["order.parked", "order.parkingLot", "order.notes"],
  );
  // A redrive by hand leaves the failure's headers on the source topic; a topic of notes quotes one among others.
  await bench.fail(source, [{ topic: source, offset: 3 }]);
  await bench.fail(mixed, [{ topic: source, offset: 4 }]);
  const producer = testKafka().producer();
  await producer.connect();
  await producer.send({ topic: mixed, messages: [{ value: "a note", partition: 1 }] });
  await producer.disconnect();
  await bench.fail(parked, [
    { topic: source, offset: 5, to: 0, cause: "ParkedError" },
    { topic: source, offset: 6, to: 1, cause: "ParkedError" },
  ]);
  const before = (await bench.sql("SELECT 1 FROM dead_letter")).length;
  await bench.indexed(before + 2);
  const found = (await bench.db.deadLetterTopics.list(CLUSTER)).filter(
    ({ foundBy }) => foundBy === "headers",
  );
  expect(found.map(({ topic, sources, open }) => ({ topic, sources, open }))).toEqual([
    { topic: parked, sources: [source], open: 2 },
  ]);
  // It stays found when another worker begins, though nothing new tells it; leaving it out by hand counts.
  await bench.fail(parked, [{ topic: source, offset: 7, cause: "ParkedError" }]);
  await bench.indexed(before + 3);
  await bench.db.deadLetterTopics.choose(CLUSTER, parked, "leave-out");
  await bench.fail(parked, [{ topic: source, offset: 8, cause: "ParkedError" }]);
  await bench.indexing(() =>
    until(
      async () =>
        (await bench.db.deadLetterTopics.list(CLUSTER)).find(({ topic }) => topic === parked)?.leftOut ===
        true,
      { limitMs: 10_000, what: "a topic left out" },
    ),
  );
  expect((await bench.sql("SELECT 1 FROM dead_letter")).length).toBe(before + 3);
});
