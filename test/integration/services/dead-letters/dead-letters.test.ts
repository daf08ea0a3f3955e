import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { changeDeadLetters } from "#lib/services/dead-letters/change-dead-letters.ts";
import { countSelection } from "#lib/services/dead-letters/count-selection.ts";
import { getCause } from "#lib/services/dead-letters/get-cause.ts";
import { getDeadLetter } from "#lib/services/dead-letters/get-dead-letter.ts";
import { getDeadLetterHistory } from "#lib/services/dead-letters/get-dead-letter-history.ts";
import { getDeadLetterRecord } from "#lib/services/dead-letters/get-dead-letter-record.ts";
import { getSameKeyOrder } from "#lib/services/dead-letters/get-same-key-order.ts";
import { listCauses } from "#lib/services/dead-letters/list-causes.ts";
import { listDeadLetterTopics } from "#lib/services/dead-letters/list-dead-letter-topics.ts";
import { listDeadLetters } from "#lib/services/dead-letters/list-dead-letters.ts";
import { setDeadLetterTopic } from "#lib/services/dead-letters/set-dead-letter-topic.ts";
import { updateCause } from "#lib/services/dead-letters/update-cause.ts";
import { testKafka } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { CLUSTER, openDeadLetterBench, type DeadLetterBench } from "./dead-letter-bench.ts";

let bench: DeadLetterBench;
let [source, dlt] = ["", ""];
const params = { cluster: CLUSTER };
const of = (id: string) => ({ params: { ...params, id }, query: {}, body: undefined });
const causes = (query: object = {}, ctx = bench.ctx) =>
  listCauses(ctx, { params, query: { limit: 50, sort: "trouble", ...query }, body: undefined });
const letters = (query: object = {}, ctx = bench.ctx) =>
  listDeadLetters(ctx, { params, query: { limit: 50, ...query }, body: undefined });
const codeOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => "no error",
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

beforeAll(async () => {
  bench = await openDeadLetterBench();
  [source = "", dlt = ""] = await bench.topics("order.placed", "order.placed.dlt");
  const producer = testKafka().producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  await producer.send({
    topic: source,
    messages: Array.from({ length: 10 }, (_, n) => ({ partition: 0, key: `order-${n % 5}`, value: `${n}` })),
  });
  await producer.disconnect();
  await bench.fail(dlt, [
    ...Array.from({ length: 8 }, (_, offset) => ({ topic: source, offset, key: `order-${offset % 5}` })),
    { topic: source, offset: 8, cause: "TypeError", message: "x is not a function", key: "order-3" },
    {
      topic: source,
      offset: 9,
      cause: "TypeError",
      message: "x is not a function",
      group: "shipping",
      key: null,
    },
  ]);
  await bench.indexed(10);
});
afterAll(() => bench.close());

describe("causes", () => {
  test("are counted by state, with a sparkline, a typical dead letter, and the totals of the cluster", async () => {
    const { items, totals } = await causes();
    expect(items.map((cause) => [cause.causeClass, cause.group, cause.counts.open])).toEqual([
      ["PaymentError", "billing", 8],
      ...[
        ["TypeError", "billing", 1],
        ["TypeError", "shipping", 1],
      ].sort(() => (items[1]?.group === "billing" ? 0 : -1)),
    ]);
    expect(items[0]?.spark).toHaveLength(60);
    expect(items[0]?.spark.reduce((sum, n) => sum + n, 0)).toBe(8);
    expect(totals).toMatchObject({ open: 10, discarded: 0 });
    const typical = await getDeadLetter(bench.ctx, of(items[0]?.typicalId ?? ""));
    expect(typical.deadLetter.cause).toBe(items[0]?.id);
  });

  test("a page after another lists each once, in every order", async () => {
    for (const sort of ["trouble", "open", "lastSeen", "firstSeen"]) {
      const seen: string[] = [];
      let cursor: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof causes>> = await causes({
          ...{ limit: 1, sort },
          ...(cursor === null ? {} : { cursor }),
        });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
      } while (cursor !== null);
      expect([sort, seen.length, new Set(seen).size]).toEqual([sort, 3, 3]);
    }
  });

  test.each([
    [{ q: "typeerror" }, 2],
    [{ q: "payment", group: "billing" }, 1],
    [{ group: "shipping" }, 1],
    [{ state: "discarded" }, 0],
    [{ q: "nothing of the kind" }, 0],
  ])("%o matches %i", async (query, count) => {
    expect((await causes(query)).items).toHaveLength(count);
    const { items } = await causes({ ...query, topic: dlt });
    expect(items).toHaveLength(count);
  });

  test("notes, owner and ticket stay until they are changed", async () => {
    const [cause] = (await causes()).items;
    const change = (body: object) => updateCause(bench.ctx, { ...of(cause?.id ?? ""), body });
    expect(await change({ note: "look", owner: "ana" })).toMatchObject({
      note: "look",
      owner: "ana",
      ticket: null,
    });
    expect(await change({ note: null })).toMatchObject({ note: null, owner: "ana" });
  });

  test("a viewer is told classes and numbers, no messages, stacks or keys, and finds nothing by messages", async () => {
    const viewer = bench.as("viewer");
    const [cause] = (await causes({}, viewer)).items;
    expect(cause?.message).toBeNull();
    const input = { ...of(cause?.id ?? ""), query: { points: 10 } };
    expect(await getCause(viewer, input)).toMatchObject({ stack: null, topKeys: [] });
    expect((await getCause(bench.ctx, input)).stack).toContain("charge.ts");
    const messages = (await letters({}, viewer)).items.map(({ message }) => message);
    expect(new Set(messages)).toEqual(new Set([null]));
    expect((await causes({ q: "declined" }, viewer)).items).toHaveLength(0);
    expect((await causes({ q: "declined" })).items).toHaveLength(1);
  });

  test("an unknown one is cause_unknown", async () => {
    const call = (id: string) => codeOf(getCause(bench.ctx, { ...of(id), query: { points: 10 } }));
    expect([await call("x"), await call("00000000-0000-4000-8000-000000000000")]).toEqual([
      "cause_unknown",
      "cause_unknown",
    ]);
  });
});

describe("dead letters", () => {
  test("are listed newest first, page by page, each once", async () => {
    const seen: { at: number; id: string }[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof letters>> = await letters({
        ...{ limit: 3 },
        ...(cursor === null ? {} : { cursor }),
      });
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(10);
    expect(seen.map(({ at }) => at)).toEqual(seen.map(({ at }) => at).sort((a, b) => b - a));
  });

  test("a filter by topic, group, cause, state, text and time", async () => {
    const [cause] = (await causes()).items;
    const { items } = await letters();
    const middle = items[5]?.at ?? 0;
    const counts = await Promise.all(
      [
        { topic: dlt },
        { topic: source },
        { group: "shipping" },
        { cause: cause?.id },
        { state: "discarded" },
        { q: "TypeError", topic: dlt },
        { from: middle },
        { to: middle },
      ].map(async (query) => (await letters(query)).items.length),
    );
    expect(counts.slice(0, 6)).toEqual([10, 0, 1, 8, 0, 2]);
    expect((counts[6] ?? 0) + (counts[7] ?? 0)).toBe(10);
  });

  test("one has its lineage, its neighbours in the cause, and others of its key", async () => {
    const { items } = await letters({ q: "PaymentError" });
    const [newest, second] = items;
    const one = await getDeadLetter(bench.ctx, of(second?.id ?? ""));
    expect(one).toMatchObject({ newerId: newest?.id, olderId: items[2]?.id });
    expect(one.lineage.map(({ kind, topic }) => [kind, topic])).toEqual([
      ["source", source],
      ["dead-letter", dlt],
    ]);
    // Offsets 1 and 6 share a key.
    const first = items.find(({ origin }) => origin.offset === 1n);
    const { sameKey } = await getDeadLetter(bench.ctx, of(first?.id ?? ""));
    expect(sameKey.map(({ origin }) => origin.offset)).toEqual([6n]);
  });

  test("the record is read from Kafka, and the source of a pointer", async () => {
    const [newest] = (await letters()).items;
    const read = await getDeadLetterRecord(bench.ctx, of(newest?.id ?? ""));
    expect(read.record).toMatchObject({ topic: dlt, partition: 0, offset: newest?.offset });
    expect(read).toMatchObject({ gone: null, source: null });
    expect(read.stack).toContain("charge.ts");
  });

  test("an unknown one is dead_letter_unknown, one of another cluster too", async () => {
    const [newest] = (await letters()).items;
    const elsewhere = { ...bench.ctx, clusters: [{ id: "other", name: "o", color: null, readOnly: false }] };
    const id = newest?.id ?? "";
    expect(await codeOf(getDeadLetter(bench.ctx, of("x")))).toBe("dead_letter_unknown");
    expect(await codeOf(getDeadLetter(elsewhere, { ...of(id), params: { cluster: "other", id } }))).toBe(
      "dead_letter_unknown",
    );
  });

  test("same-key order: unknown without a commit, no before newer records are committed, yes after", async () => {
    const { items } = await letters({ q: "PaymentError" });
    const id = items.find(({ origin }) => origin.offset === 1n)?.id ?? "";
    const order = () => getSameKeyOrder(bench.ctx, of(id));
    expect((await order()).state).toBe("unknown");
    const commit = (offset: number) =>
      bench.kafka.groupAdmin.commitOffsets(
        "billing",
        [
          {
            topic: source,
            partition: 0,
            commit: { offset: BigInt(offset), leaderEpoch: null, metadata: "" },
          },
        ],
        AbortSignal.timeout(20_000),
      );
    await commit(6);
    expect(await order()).toMatchObject({ state: "no", scannedTo: 6n });
    await commit(10);
    expect(await order()).toMatchObject({ state: "yes", offset: 6n, newer: 1 });
  });

  test("the history counts arrivals by minute", async () => {
    const history = await getDeadLetterHistory(bench.ctx, { params, query: { points: 60 }, body: undefined });
    expect(history.at).toHaveLength(history.arrived.length);
    expect(history.arrived.reduce((sum, n) => sum + n, 0)).toBe(10);
  });
});

describe("discard and restore", () => {
  const body = (selection: unknown) =>
    ({ selection, reason: "known" }) as Parameters<typeof changeDeadLetters>[1]["body"];
  const change = (selection: unknown, move: "discard" | "restore" = "discard") =>
    changeDeadLetters(bench.ctx, { params, query: {}, body: body(selection) }, move);
  const frozen = async (filter: object) => {
    const { upTo, count } = await countSelection(bench.ctx, { params, query: filter, body: undefined });
    return { kind: "filter", filter, frozen: { upTo, count } };
  };

  test("by ids, twice: the second time nothing changes and says why", async () => {
    const ids = (await letters({ q: "TypeError" })).items.map(({ id }) => id);
    expect(await change({ kind: "ids", ids })).toEqual({ changed: 2, skipped: [] });
    expect(await change({ kind: "ids", ids })).toEqual({
      ...{ changed: 0, skipped: [{ reason: "It is discarded already.", count: 2 }] },
    });
    expect((await causes()).totals).toMatchObject({ open: 8, discarded: 2 });
    expect((await letters({ state: "discarded" })).items[0]).toMatchObject({ stateReason: "known" });
    expect(await change({ kind: "ids", ids }, "restore")).toEqual({ changed: 2, skipped: [] });
    expect((await causes()).totals).toMatchObject({ open: 10, discarded: 0 });
  });

  test("by a frozen filter: what comes later stays, and a count that changed is refused", async () => {
    const selection = await frozen({ q: "PaymentError", state: "open" });
    expect(selection.frozen.count).toBe(8);
    await bench.fail(dlt, [{ topic: source, offset: 20 }]);
    await bench.indexed(11);
    expect(await change(selection)).toEqual({ changed: 8, skipped: [] });
    expect((await causes()).totals).toMatchObject({ open: 3, discarded: 8 });
    expect(await codeOf(change(selection))).toBe("selection_changed");
    expect(await change(await frozen({ q: "PaymentError" }), "restore")).toEqual({
      changed: 8,
      skipped: [{ reason: "It is open already.", count: 1 }],
    });
  });

  test("an unknown id is skipped and said", async () => {
    expect(await change({ kind: "ids", ids: ["00000000-0000-8000-8000-000000000000"] })).toMatchObject({
      ...{ changed: 0, skipped: [{ count: 1 }] },
    });
  });
});

describe("topics", () => {
  const list = async () =>
    (await listDeadLetterTopics(bench.ctx, { params, query: {}, body: undefined })).items;
  const set = (topic: string, choice: "add" | "leave-out" | "as-found") =>
    setDeadLetterTopic(bench.ctx, { params, query: {}, body: { topic, choice } });

  test("are found by name with their source and groups; one is added by hand, and left out again", async () => {
    const [found] = await list();
    expect(found).toMatchObject({
      topic: dlt,
      foundBy: "name",
      sources: [source],
      groups: ["billing", "shipping"],
    });
    const [parked = ""] = await bench.topics("order.parked");
    await bench.fail(parked, [{ topic: source, offset: 30 }]);
    await set(parked, "add");
    const open = async () => (await list()).find(({ topic }) => topic === parked)?.open;
    await bench.indexing(() =>
      until(async () => (await open()) === 1, { limitMs: 10_000, what: "an added topic" }),
    );
    expect((await list()).find(({ topic }) => topic === parked)).toMatchObject({
      foundBy: "hand",
      leftOut: false,
    });
    await set(parked, "leave-out");
    expect((await list()).find(({ topic }) => topic === parked)).toMatchObject({ leftOut: true });
    expect(await codeOf(set("no.such.topic", "add"))).toBe("topic_unknown");
  });
});
