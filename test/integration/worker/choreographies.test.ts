import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { partsOfSagaId } from "#lib/domain/sagas/saga.ts";
import { createTopics, withAdmin } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { ORDER } from "../../unit/lib/domain/sagas/shop-choreography.ts";
import { CLUSTER, openChoreographyBench, type ChoreographyBench } from "./choreography-bench.ts";

const SIGNAL = new AbortController().signal;
const DAY_MS = 86_400_000;
const CREATED = "order.order.created";
const PAID = "order.payment.completed";
const RESERVED = "inventory.stock.reserved";
const COMPLETED = "order.order.completed";

let bench: ChoreographyBench;
const order = () => bench.prefixed(ORDER);
const named = (topic: string) => `${bench.prefix}.${topic}`;

beforeAll(async () => {
  bench = await openChoreographyBench();
  await bench.topics(order());
});
afterAll(() => bench.close());

const journalOf = async (correlationId: string) =>
  (await bench.get(order(), correlationId))?.journal.map(
    ({ kind, topic }) => `${kind} ${topic?.replace(`${bench.prefix}.`, "")}`,
  );

describe("choreographies from headers alone", () => {
  test("events of several topics and partitions, written in an odd order, make one instance", async () => {
    const at = bench.now() - 10_000;
    await bench.write(
      { topic: COMPLETED, correlationId: "a", eventId: "a4", causationId: "a3", at: at + 300, partition: 1 },
      { topic: RESERVED, correlationId: "a", eventId: "a3", causationId: "a2", at: at + 200 },
      { topic: CREATED, correlationId: "a", eventId: "a1", at, partition: 1 },
      {
        topic: PAID,
        correlationId: "a",
        eventId: "a2",
        causationId: "a1",
        at: at + 100,
        headers: { producer: "payments" },
      },
      { topic: PAID, correlationId: "a", eventId: "a2", causationId: "a1", at: at + 100 },
      { topic: PAID, correlationId: null },
    );
    const saga = await bench.folded(order(), "a", "completed");
    expect(saga).toMatchObject({
      ...{
        kind: "choreographed",
        source: CLUSTER,
        type: "order",
        sagaId: "a",
        correlationId: "a",
        cluster: CLUSTER,
      },
      ...{ startedAt: at, endedAt: at + 300, step: null, stuck: null, service: null, version: null },
    });
    expect(partsOfSagaId(saga.id)).toEqual({ source: CLUSTER, type: "order", sagaId: "a" });
    expect(await journalOf("a")).toEqual([
      `started ${CREATED}`,
      `event ${PAID}`,
      `duplicate ${PAID}`,
      `event ${RESERVED}`,
      `ended ${COMPLETED}`,
    ]);
    expect(saga.journal[0]?.record).toEqual({
      cluster: CLUSTER,
      topic: named(CREATED),
      partition: 1,
      offset: 0n,
    });
    expect(saga.steps[0]).toMatchObject({
      service: "payments",
      state: "done",
      sentAt: at,
      endedAt: at + 100,
    });
    expect(saga.missing.map(({ field }) => field)).toEqual(["data", "version", "attempts"]);
    expect(await bench.sql("SELECT 1 FROM choreography_instance")).toHaveLength(1);
  });

  test("a deadline is missed by the watermark, which topics without records do not hold back", async () => {
    await bench.write({ topic: CREATED, correlationId: "b", eventId: "b1" });
    const running = await bench.folded(order(), "b", "running");
    expect(running.next?.topic).toBe(named(PAID));
    bench.pass(25_000);
    // Nothing is known of the last 25 s before they are read.
    expect((await bench.get(order(), "b"))?.state).toBe("running");
    await bench.folding([order()], async () => {
      await until(async () => ((await watermarkOf())?.getTime() ?? 0) > bench.now() - 2_000, {
        limitMs: 30_000,
      });
      expect((await bench.get(order(), "b"))?.state).toBe("running");
    });
    bench.pass(6_000);
    const stuck = await bench.folded(order(), "b", "stuck");
    expect(stuck.stuck?.kind).toBe("missing-event");
    expect(await idsOf({ state: "stuck" })).toEqual(["b"]);
    expect(await idsOf({ state: "running" })).toEqual([]);
    expect(await idsOf({ state: "open" })).toEqual(["b"]);
    expect(await idsOf({ stuck: "missing-event" })).toEqual(["b"]);
    expect(await bench.source([order()]).counts(SIGNAL)).toEqual([
      { type: "order", state: "stuck", count: 1, atLeast: false },
      { type: "order", state: "completed", count: 1, atLeast: false },
    ]);
    const figures = await bench.source([order()]).figures("order", SIGNAL);
    expect(figures.duration).toMatchObject({ n: 1, p50Ms: 300 });
    expect(figures.steps[0]).toMatchObject({ step: named(PAID), standing: 1, stuck: 1, failureRate: 0 });
    // An old watermark is told in place of the verdict.
    bench.pass(61_000);
    const unknown = await bench.get(order(), "b");
    expect(unknown?.state).toBe("running");
    expect(unknown?.missing.find(({ field }) => field === "deadline")?.reason).toMatch(
      /read up to 1 m \d+ s ago only/,
    );
    expect(await idsOf({ state: "stuck" })).toEqual([]);
    await bench.write({ topic: PAID, correlationId: "b", eventId: "b2", causationId: "b1" });
    await bench.folding([order()], () =>
      until(async () => (await bench.get(order(), "b"))?.journal.length === 2, { limitMs: 30_000 }),
    );
    const going = await bench.get(order(), "b");
    expect([going?.state, going?.step]).toEqual(["running", named(RESERVED)]);
    expect(going?.journal[1]?.detail).toMatch(/after it was due/);
  });

  test("it goes on where it stood: no record twice, none lost", async () => {
    await bench.write({ topic: CREATED, correlationId: "c", eventId: "c1" });
    await bench.folded(order(), "c", "running");
    await bench.write({ topic: PAID, correlationId: "c", eventId: "c2", causationId: "c1", partition: 1 });
    await bench.write({ topic: RESERVED, correlationId: "c", eventId: "c3", causationId: "c2" });
    await bench.write({ topic: COMPLETED, correlationId: "c", eventId: "c4", causationId: "c3" });
    await bench.folded(order(), "c", "completed");
    expect(await journalOf("c")).toEqual([
      `started ${CREATED}`,
      `event ${PAID}`,
      `event ${RESERVED}`,
      `ended ${COMPLETED}`,
    ]);
  });

  test("pages of a list go on behind the last row, by type, step, correlation and start", async () => {
    const all = await idsOf({});
    expect(all.sort()).toEqual(["a", "b", "c"]);
    const [first] = await bench.list(order(), { limit: 1 });
    expect(first).toBeDefined();
    const rest = await bench.list(order(), {
      after: { updatedAt: first?.updatedAt ?? 0, type: "order", sagaId: first?.sagaId ?? "" },
    });
    expect([first?.sagaId, ...rest.map(({ sagaId }) => sagaId)].sort()).toEqual(["a", "b", "c"]);
    expect(await idsOf({ type: "other" })).toEqual([]);
    expect(await idsOf({ correlation: "c" })).toEqual(["c"]);
    expect(await idsOf({ step: named(RESERVED) })).toEqual(["b"]);
    expect(await idsOf({ text: "anything" })).toEqual([]);
    const startedAt = (await bench.get(order(), "b"))?.startedAt ?? 0;
    expect(await idsOf({ startedBefore: startedAt })).toEqual(["a"]);
    expect(await idsOf({ startedAfter: startedAt })).toEqual(["c"]);
  });

  test("its definition names the services that were seen", async () => {
    const [definition] = await bench.source([order()]).definitions(SIGNAL);
    expect(definition).toMatchObject({ source: CLUSTER, type: "order", service: null });
    expect(definition?.steps[0]).toMatchObject({
      ...{ name: named(PAID), commandTopic: named(CREATED), timeoutMs: 30_000, pivot: false },
      replyTopics: [named(PAID), named("order.payment.failed")],
    });
  });

  test("a declared topic that is not there gives no verdict, and says which", async () => {
    const map = { ...order(), type: "lost", completes: [named(COMPLETED), named("no.such.topic")] };
    await bench.write({ topic: CREATED, correlationId: "d", eventId: "d1" });
    bench.pass(40_000);
    await bench.folding([map], async () => {
      await until(async () => (await bench.get(map, "d")) !== null, { limitMs: 30_000 });
      await until(
        async () =>
          (await bench.get(map, "d"))?.missing.some(({ reason }) => reason.includes("no.such.topic")),
        { limitMs: 30_000 },
      );
    });
    expect((await bench.get(map, "d"))?.state).toBe("running");
  });

  test("a map that is new begins with the first record of the last 7 days", async () => {
    const map = bench.prefixed({
      ...ORDER,
      ...{ type: "young", starts: ["young.thing.began"], rules: [], compensations: [], compensates: [] },
      completes: ["young.thing.ended"],
    });
    await bench.topics(map);
    const [old, young] = [bench.now() - 8 * DAY_MS, bench.now() - 6 * DAY_MS];
    await bench.write(
      { topic: "young.thing.began", correlationId: "old", at: old, stampedAt: old },
      { topic: "young.thing.began", correlationId: "young", at: young, stampedAt: young },
    );
    await bench.folded(map, "young", "running");
    expect(await bench.get(map, "old")).toBeNull();
  });

  test("a topic that is made anew begins anew", async () => {
    const map = bench.prefixed({
      ...ORDER,
      ...{ type: "anew", starts: ["anew.thing.began"], rules: [], compensations: [], compensates: [] },
      completes: ["anew.thing.ended"],
    });
    await bench.topics(map);
    await bench.write({ topic: "anew.thing.began", correlationId: "e", eventId: "e1" });
    await bench.folded(map, "e", "running");
    const topic = named("anew.thing.began");
    await withAdmin((admin) => admin.deleteTopics({ topics: [topic] }));
    await until(async () => !(await withAdmin((admin) => admin.listTopics())).includes(topic), {
      limitMs: 30_000,
    });
    await createTopics([{ topic, numPartitions: 2, replicationFactor: 1 }]);
    await bench.write({ topic: "anew.thing.began", correlationId: "f", eventId: "f1" });
    await bench.folded(map, "f", "running");
    const positions = await bench.sql<{ topic_id: string }>(
      "SELECT DISTINCT topic_id FROM choreography_position WHERE topic = $1",
      [topic],
    );
    expect(positions).toHaveLength(1);
    expect((await bench.get(map, "e"))?.journal).toHaveLength(1);
  });
});

async function watermarkOf(): Promise<Date | null> {
  const [row] = await bench.sql<{ watermark_at: Date | null }>(
    "SELECT watermark_at FROM choreography_map WHERE type = 'order'",
  );
  return row?.watermark_at ?? null;
}

const idsOf = async (query: Parameters<ChoreographyBench["list"]>[1]) =>
  (await bench.list(order(), query)).map(({ sagaId }) => sagaId);
