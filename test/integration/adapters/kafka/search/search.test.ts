import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterRecords } from "#lib/adapters/kafka/search/types.ts";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { openTestPool, question, runToEnd } from "./search-fixture.ts";

const prefix = topicPrefix();
const orders = `${prefix}.orders`;
const payments = `${prefix}.payments`;
const BEGIN = Date.UTC(2026, 10, 1);
const ORDERS = 300;
const PAYMENTS = 90;

let records: ClusterRecords;

/** Order n is made at second n, on partition n % 3; payment n half a second after order 3n. */
beforeAll(async () => {
  await createTopics([
    { topic: orders, numPartitions: 3, replicationFactor: 1 },
    { topic: payments, numPartitions: 1, replicationFactor: 1 },
  ]);
  const producer = testKafka().producer();
  await producer.connect();
  await producer.send({
    topic: orders,
    messages: Array.from({ length: ORDERS }, (_, n) => ({
      key: `order-${n}`,
      value: JSON.stringify({ id: n, total: n * 1.5, customer: { name: n % 10 === 0 ? "Ada" : "Bob" } }),
      headers: { "event-type": "orders.order.placed" },
      partition: n % 3,
      timestamp: String(BEGIN + n * 1_000),
    })),
  });
  await producer.send({
    topic: payments,
    messages: Array.from({ length: PAYMENTS }, (_, n) => ({
      key: `order-${3 * n}`,
      value: `paid ${n}`,
      timestamp: String(BEGIN + n * 3_000 + 500),
    })),
  });
  await producer.disconnect();
  records = openTestPool();
});

afterAll(() => records.close());

const numberOf = (key: string | undefined): number => Number(key?.replace("order-", ""));

describe("a search", () => {
  it("reads all of a topic from the oldest, merged by time, and ends by position", async () => {
    const told = await runToEnd(records, question([orders], { limits: { hits: 1_000 } }));
    expect(told.end).toMatchObject({ reason: "end", token: null, hits: ORDERS, records: ORDERS });
    expect(told.records.map((each) => numberOf(each.key?.text))).toEqual(
      Array.from({ length: ORDERS }, (_, n) => n),
    );
    expect(told.end.partitions.every((each) => each.done && each.nextOffset === each.toOffset)).toBe(true);
  });

  it("merges two topics by time", async () => {
    const told = await runToEnd(records, question([orders, payments], { limits: { hits: 1_000 } }));
    expect(told.records).toHaveLength(ORDERS + PAYMENTS);
    const times = told.records.map((each) => each.at ?? 0);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("gives the newest first, over partitions and topics", async () => {
    const told = await runToEnd(
      records,
      question([orders], { start: { kind: "newest" }, limits: { hits: 25 } }),
    );
    expect(told.end.reason).toBe("hits");
    expect(told.records.map((each) => numberOf(each.key?.text))).toEqual(
      Array.from({ length: 25 }, (_, n) => ORDERS - 1 - n),
    );
  });

  it("goes on backward by its token until the start, without a gap or a double", async () => {
    const found: number[] = [];
    let token: string | null = null;
    for (let round = 0; round < 20; round += 1) {
      const told = await runToEnd(
        records,
        question([orders], { start: { kind: "newest" }, limits: { hits: 70 }, token }),
      );
      found.push(...told.records.map((each) => numberOf(each.key?.text)));
      token = told.end.token;
      if (token === null) break;
    }
    expect(token).toBeNull();
    expect(found).toEqual(Array.from({ length: ORDERS }, (_, n) => ORDERS - 1 - n));
  });

  it.each([1, 3, 7, 33])(
    "gives all matches backward, %d at a time, without a gap or a double",
    async (hits) => {
      const terms = [{ kind: "text", in: "value", text: "Ada", matchCase: true }] as const;
      const found: number[] = [];
      let token: string | null = null;
      do {
        const asked = question([orders], {
          start: { kind: "newest" },
          limits: { hits },
          terms: [...terms],
          token,
        });
        const told = await runToEnd(records, asked);
        expect(told.records.length).toBeLessThanOrEqual(hits);
        found.push(...told.records.map((each) => numberOf(each.key?.text)));
        token = told.end.token;
      } while (token !== null && found.length <= ORDERS);
      expect(found.toSorted((a, b) => b - a)).toEqual(
        Array.from({ length: ORDERS / 10 }, (_, n) => ORDERS - 10 - n * 10),
      );
    },
  );

  it("begins backward below a time, and finds nothing in an empty topic", async () => {
    const asked = question([orders], {
      start: { kind: "newest" },
      end: { kind: "time", at: BEGIN + 50_000 },
      limits: { hits: 3 },
    });
    expect((await runToEnd(records, asked)).records.map((each) => numberOf(each.key?.text))).toEqual([
      49, 48, 47,
    ]);
    const empty = `${prefix}.empty`;
    await createTopics([{ topic: empty, numPartitions: 2, replicationFactor: 1 }]);
    for (const kind of ["newest", "oldest"] as const) {
      const told = await runToEnd(records, question([empty], { start: { kind } }));
      expect(told.end).toMatchObject({ reason: "end", token: null, hits: 0, records: 0 });
    }
  });

  it("goes on forward by its token, without a gap or a double", async () => {
    const found: number[] = [];
    let token: string | null = null;
    let rounds = 0;
    do {
      const told = await runToEnd(records, question([orders], { limits: { hits: 70 }, token }));
      found.push(...told.records.map((each) => numberOf(each.key?.text)));
      token = told.end.token;
      rounds += 1;
    } while (token !== null && rounds < 20);
    expect(found).toEqual(Array.from({ length: ORDERS }, (_, n) => n));
  });

  it("refuses the token of another question", async () => {
    const told = await runToEnd(records, question([orders], { limits: { hits: 5 } }));
    const other = question([payments], { token: told.end.token });
    await expect(runToEnd(records, other)).rejects.toMatchObject({ code: "search_token_invalid" });
    const broken = question([orders], { token: `${told.end.token ?? ""}x` });
    await expect(runToEnd(records, { ...broken, token: "x" })).rejects.toMatchObject({
      code: "search_token_invalid",
    });
  });

  it("begins and ends at times", async () => {
    const asked = question([orders], {
      start: { kind: "time", at: BEGIN + 100_000 },
      end: { kind: "time", at: BEGIN + 110_000 },
    });
    const told = await runToEnd(records, asked);
    expect(told.records.map((each) => numberOf(each.key?.text))).toEqual([
      100, 101, 102, 103, 104, 105, 106, 107, 108, 109,
    ]);
  });

  it.each([
    ["text", { kind: "text", in: "value", text: "Ada", matchCase: true }],
    ["text in any case", { kind: "text", in: "value", text: "ADA", matchCase: false }],
    ["a path", { kind: "path", in: "value", path: "customer.name", operator: "=", value: "Ada" }],
    ["a pattern", { kind: "regex", in: "value", pattern: '"name":"A[a-z]+"' }],
    ["an expression", { kind: "cel", expression: 'value.customer.name == "Ada" && partition < 3' }],
  ] as const)("filters by %s", async (_, term) => {
    const told = await runToEnd(records, question([orders], { terms: [term] }));
    expect(told.records.map((each) => numberOf(each.key?.text))).toEqual(
      Array.from({ length: ORDERS / 10 }, (_each, n) => n * 10),
    );
    expect(told.end.records).toBe(ORDERS);
  });

  it("finds a key over topics and shows what it read", async () => {
    const told = await runToEnd(
      records,
      question([orders, payments], { terms: [{ kind: "key", key: "order-30" }] }),
    );
    expect(told.records).toMatchObject([
      {
        topic: orders,
        key: { text: "order-30", decoder: "text" },
        value: { decoder: "json", text: '{"id":30,"total":45,"customer":{"name":"Ada"}}', cut: false },
        headers: [{ name: "event-type", value: { text: "orders.order.placed", form: "text" } }],
        at: BEGIN + 30_000,
        stampedBy: "producer",
      },
      { topic: payments, value: { text: "paid 10", decoder: "text" } },
    ]);
  });

  it.each([
    ["records", { records: 100 }],
    ["bytes", { bytes: 1 }],
    ["hits", { hits: 3 }],
  ] as const)("ends at its limit of %s and can be continued", async (reason, limits) => {
    const told = await runToEnd(records, question([orders], { limits }));
    expect(told.end.reason).toBe(reason);
    expect(told.end.token).not.toBeNull();
    if (reason === "records") expect(told.end.records).toBeLessThanOrEqual(100);
    if (reason === "hits") expect(told.records).toHaveLength(3);
  });

  it("says that a topic is not there", async () => {
    const told = await runToEnd(records, question([`${prefix}.nowhere`]));
    expect(told.end).toMatchObject({ reason: "failed" });
    expect(told.end.sentence).toContain("nowhere");
  });

  it.each([
    [{ kind: "regex", in: "any", pattern: "(a" }, "Condition 1"],
    [{ kind: "cel", expression: "value.a ==" }, "Condition 1"],
    [{ kind: "cel", expression: "nothing == 1" }, "nothing"],
    [{ kind: "path", in: "value", path: "a..b", operator: "exists", value: "" }, "path"],
  ] as const)("refuses %j before it reads anything", async (term, words) => {
    await expect(runToEnd(records, question([orders], { terms: [term] }))).rejects.toMatchObject({
      code: "filter_invalid",
      message: expect.stringContaining(words) as string,
    });
  });
});

describe("one record", () => {
  it("is read with its neighbours", async () => {
    const asked = { keyDecoder: "auto", valueDecoder: "hex", signal: AbortSignal.timeout(10_000) } as const;
    const middle = await records.read({ topic: orders, partition: 1, offset: 5n }, asked);
    expect(middle).toMatchObject({
      before: 4n,
      after: 6n,
      record: { offset: 5n, value: { decoder: "hex" } },
    });
    const last = await records.read({ topic: orders, partition: 1, offset: 99n }, asked);
    expect(last).toMatchObject({ before: 98n, after: null });
    expect(await records.read({ topic: orders, partition: 1, offset: 100n }, asked)).toBeNull();
    await expect(
      records.read({ topic: `${prefix}.nowhere`, partition: 0, offset: 0n }, asked),
    ).rejects.toMatchObject({
      name: "KafkaError",
      kind: "not_found",
    });
  });

  it("tries conditions by the engine of the search", async () => {
    const terms = [
      { kind: "cel", expression: "value.id == 16" },
      { kind: "cel", expression: "value.nowhere == 1" },
      { kind: "path", in: "value", path: "id", operator: ">", value: "100" },
      { kind: "path", in: "key", path: "id", operator: "=", value: "1" },
      { kind: "regex", in: "any", pattern: "(" },
    ] as const;
    const tried = await records.tryFilter(
      { topic: orders, partition: 1, offset: 5n },
      { terms, keyDecoder: "auto", valueDecoder: "auto", signal: AbortSignal.timeout(10_000) },
    );
    expect(tried).toMatchObject([
      { matches: true, problem: null },
      { matches: false, problem: "No such key: nowhere." },
      { matches: false, problem: null },
      { matches: false, problem: "The key is not JSON." },
      { matches: false, problem: expect.stringContaining("regular expression") as string },
    ]);
  });
});
