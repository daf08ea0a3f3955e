import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterRecords } from "#lib/adapters/kafka/search/types.ts";
import type { SearchEvent } from "#lib/domain/records/record-search.ts";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { openTestPool, question, runToEnd } from "./search-fixture.ts";

const prefix = topicPrefix();
const topic = `${prefix}.odd`;
const many = `${prefix}.many`;
const MANY = 20_000;
const HUGE = 10 * 1024 * 1024;

let records: ClusterRecords;

/** One record with a long list, one of 10 MB, and a topic of many small ones. */
beforeAll(async () => {
  await createTopics([
    {
      topic,
      numPartitions: 1,
      replicationFactor: 1,
      configEntries: [{ name: "max.message.bytes", value: String(2 * HUGE) }],
    },
    { topic: many, numPartitions: 4, replicationFactor: 1 },
  ]);
  const producer = testKafka().producer();
  await producer.connect();
  const list = JSON.stringify({
    list: Array.from({ length: 5_000 }, (_, n) => n),
    text: "a".repeat(5_000) + "!",
  });
  await producer.send({ topic, messages: [{ value: list }] });
  const huge = JSON.stringify({ name: "huge", text: "x".repeat(HUGE) });
  await producer.send({
    topic,
    messages: [{ key: "huge", value: huge, headers: { big: "h".repeat(1024 * 1024) } }],
  });
  for (let from = 0; from < MANY; from += 5_000) {
    await producer.send({
      topic: many,
      messages: Array.from({ length: 5_000 }, (_, n) => ({
        key: `k${from + n}`,
        value: JSON.stringify({ n: from + n, pad: "p".repeat(200) }),
      })),
    });
  }
  await producer.disconnect();
  records = openTestPool();
}, 120_000);

afterAll(() => records.close());

/** All pairs of triples of a list of 5,000: some 10^11 steps. */
const ENDLESS = "value.list.all(a, value.list.all(b, value.list.all(c, a + b + c >= 0)))";

describe("a search is bounded", () => {
  it("ends an endless expression by its deadline, in plain words, while another search goes on", async () => {
    const startedAt = Date.now();
    const asked = question([topic], { terms: [{ kind: "cel", expression: ENDLESS }] });
    const evil = runToEnd(records, asked).then((told) => ({ ...told, tookMs: Date.now() - startedAt }));
    const other = runToEnd(
      records,
      question([many], { terms: [{ kind: "cel", expression: "value.n % 1000 == 0 || value.n == 7" }] }),
    );
    const [ended, well] = await Promise.all([evil, other]);
    expect(ended.end).toMatchObject({ reason: "deadline", token: null });
    expect(ended.end.sentence).toContain(`topic ${topic}, partition 0, offset 0`);
    expect(ended.tookMs).toBeLessThan(20_000);
    expect(well.end).toMatchObject({ reason: "end", records: MANY });
    // A new thread took the place of the one that was ended.
    const [a, b] = await Promise.all([
      runToEnd(records, question([many])),
      runToEnd(records, question([many])),
    ]);
    expect([a.end.reason, b.end.reason]).toEqual(["hits", "hits"]);
  });

  it("ends an endless expression that is tried on one record", async () => {
    const tried = records.tryFilter(
      { topic, partition: 0, offset: 0n },
      {
        terms: [{ kind: "cel", expression: ENDLESS }],
        keyDecoder: "auto",
        valueDecoder: "auto",
        signal: AbortSignal.timeout(20_000),
      },
    );
    await expect(tried).rejects.toMatchObject({ code: "filter_invalid" });
    const place = { topic, partition: 0, offset: 0n };
    const choices = {
      keyDecoder: "auto",
      valueDecoder: "auto",
      signal: AbortSignal.timeout(20_000),
    } as const;
    expect(await records.read(place, choices)).not.toBeNull();
  });

  it("ends an expression that fills the memory, and goes on with others", async () => {
    const LEVELS = 20;
    const doubled = Array.from({ length: LEVELS }).reduce<string>((inner, _, n) => {
      const [name, from] = [`v${LEVELS - n}`, n === LEVELS - 1 ? "value.list" : `v${LEVELS - n - 1}`];
      return `cel.bind(${name}, ${from} + ${from}, ${inner})`;
    }, `size(v${LEVELS}) > 0`);
    const told = await runToEnd(
      records,
      question([topic], { terms: [{ kind: "cel", expression: doubled }] }),
    );
    expect(["failed", "deadline"]).toContain(told.end.reason);
    expect(told.end.sentence).not.toBeNull();
    expect(told.records).toEqual([]);
    expect((await runToEnd(records, question([many]))).end.reason).toBe("hits");
  });

  it("an evil pattern stays linear", async () => {
    const patterns = ["(a+)+$", "(a|a)*$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$", "(x+x+)+y"];
    for (const pattern of patterns) {
      const told = await runToEnd(
        records,
        question([topic], { terms: [{ kind: "regex", in: "value", pattern }] }),
      );
      expect(told.end).toMatchObject({ reason: "end", records: 2 });
    }
    const expression = 'value.text.matches("(a+)+$") || value.text.matches("(x+x+)+y")';
    const told = await runToEnd(records, question([topic], { terms: [{ kind: "cel", expression }] }));
    expect(told.end.reason).toBe("end");
  });

  it("shows the beginning of a record of 10 MB", async () => {
    const told = await runToEnd(
      records,
      question([topic], { terms: [{ kind: "text", in: "key", text: "huge", matchCase: true }] }),
    );
    expect(told.records).toMatchObject([
      { value: { decoder: "json", cut: true }, headers: [{ value: { cut: true, sizeBytes: 1024 * 1024 } }] },
    ]);
    expect(told.records[0]?.value?.text).toHaveLength(64 * 1024);
    expect(told.records[0]?.value?.sizeBytes).toBeGreaterThan(HUGE);
    const one = await records.read(
      { topic, partition: 0, offset: told.records[0]?.offset ?? 0n },
      { keyDecoder: "auto", valueDecoder: "auto", signal: AbortSignal.timeout(20_000) },
    );
    expect(one?.record.value?.text).toHaveLength(1024 * 1024);
  });

  it("runs 200 searches at once, a few at a time, each told its place", async () => {
    const startedAt = Date.now();
    const terms = [{ kind: "text", in: "value", text: '777,"pad"', matchCase: true }] as const;
    const asked = question([many], { partitions: [0], terms: [...terms] });
    const all = await Promise.all(Array.from({ length: 200 }, () => runToEnd(records, asked)));
    expect(all.every(({ end }) => end.reason === "end" && end.records > 1_000)).toBe(true);
    expect(new Set(all.map(({ records: found }) => found.map(({ offset }) => offset).join())).size).toBe(1);
    expect(all[0]?.records.length).toBeGreaterThan(0);
    const places = all.flatMap(({ events }) =>
      events.flatMap((event) => (event.type === "progress" && event.state === "queued" ? [event.place] : [])),
    );
    expect(Math.max(...places)).toBeGreaterThan(100);
    expect(Math.min(...places)).toBe(1);
    expect(Date.now() - startedAt).toBeLessThan(50_000);
  });

  it("reads one record while all threads search", async () => {
    const stop = new AbortController();
    const searches = Array.from({ length: 5 }, () =>
      runToEnd(records, question([many], { start: { kind: "live" } }), stop.signal),
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    const startedAt = Date.now();
    const choices = {
      keyDecoder: "auto",
      valueDecoder: "auto",
      signal: AbortSignal.timeout(10_000),
    } as const;
    expect(await records.read({ topic: many, partition: 0, offset: 3n }, choices)).not.toBeNull();
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    stop.abort();
    const ended = await Promise.all(searches);
    expect(ended.map(({ end }) => end.reason)).toEqual(Array.from({ length: 5 }, () => "cancelled"));
  });

  it("waits for a slow reader, and ends when the reader leaves", async () => {
    let taken = 0;
    let last: SearchEvent | null = null;
    const asked = question([many], { limits: { hits: 10_000 } });
    for await (const event of records.search(asked, { signal: AbortSignal.timeout(30_000) })) {
      last = event;
      if (event.type !== "record") continue;
      taken += 1;
      if (taken === 1) await new Promise((resolve) => setTimeout(resolve, 1_500));
      if (taken === 1_000) break;
    }
    expect(last).toMatchObject({ type: "record" });
    // The thread is free again: as many searches as there are threads run at once.
    const both = await Promise.all([
      runToEnd(records, question([many])),
      runToEnd(records, question([many])),
    ]);
    expect(
      both.every(
        ({ events }) => !events.some((event) => event.type === "progress" && event.state === "queued"),
      ),
    ).toBe(true);
  });

  it("ends by its seconds while it waits", async () => {
    const told = await runToEnd(
      records,
      question([many], { start: { kind: "live" }, limits: { seconds: 1 } }),
    );
    expect(told.end).toMatchObject({ reason: "seconds", sentence: null });
    expect(told.end.elapsedMs).toBeGreaterThanOrEqual(1_000);
    expect(told.end.elapsedMs).toBeLessThan(5_000);
    expect(told.end.token).not.toBeNull();
  });
});
