import { CompressionTypes } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { searchEvent } from "#lib/contracts/records.ts";
import type { SearchEvent } from "#lib/domain/records/record-search.ts";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let viewer: TestPerson;
let operator: TestPerson;
const prefix = topicPrefix();
const TOPIC = `${prefix}.order.created`;
const OTHER = `${prefix}.order.paid`;
const AT = "/api/v1/clusters/default/records";
const RECORDS = 600;

const value = (n: number): string =>
  JSON.stringify({ order: { id: `o-${n}`, total: n }, filler: "x".repeat(200) });

beforeAll(async () => {
  web = await openConsole();
  viewer = await web.person("viewer");
  operator = await web.person("operator");
  await createTopics([
    { topic: TOPIC, numPartitions: 3, replicationFactor: 1 },
    { topic: OTHER, numPartitions: 1, replicationFactor: 1 },
  ]);
  const producer = testKafka().producer();
  await producer.connect();
  const messages = Array.from({ length: RECORDS }, (_, n) => ({
    ...{ key: `k-${n}`, value: value(n), partition: n % 3, headers: { "event-id": `e-${n}` } },
  }));
  for (let from = 0; from < RECORDS; from += 100)
    await producer.send({
      ...{ topic: TOPIC, compression: CompressionTypes.GZIP },
      messages: messages.slice(from, from + 100),
    });
  await producer.disconnect();
}, 60_000);
afterAll(() => web.close());

const ask = (json: unknown, who = operator) =>
  web.send("POST", `${AT}/search`, { headers: who.cookie, json });

async function linesOf(response: Response): Promise<SearchEvent[]> {
  expect(response.status, await (response.ok ? "" : response.clone().text())).toBe(200);
  expect(response.headers.get("content-type")).toContain("application/x-ndjson");
  const lines = (await response.text()).trimEnd().split("\n");
  return lines.map((line) => searchEvent.parse(JSON.parse(line)));
}

const search = async (json: Record<string, unknown>) => linesOf(await ask({ topics: [TOPIC], ...json }));
const recordsOf = (events: readonly SearchEvent[]) =>
  events.flatMap((event) => (event.type === "record" ? [event.record] : []));
function endOf(events: readonly SearchEvent[]): Extract<SearchEvent, { type: "end" }> {
  const last = events.at(-1);
  if (last?.type !== "end") throw new Error(`The last line is ${String(last?.type)}.`);
  return last;
}

describe("a search streams", () => {
  test("each line passes the contract, the last is the end, and everything was looked at", async () => {
    const events = await search({ start: { kind: "oldest" }, limits: { hits: 10_000 } });
    expect(recordsOf(events)).toHaveLength(RECORDS);
    expect(events.filter(({ type }) => type === "end")).toHaveLength(1);
    const end = endOf(events);
    expect(end).toMatchObject({ reason: "end", token: null, hits: RECORDS, records: RECORDS });
    expect(end.partitions.map(({ partition, done }) => [partition, done]).sort()).toEqual([
      ...[0, 1, 2].map((partition) => [partition, true]),
    ]);
    expect(recordsOf(events).find(({ key }) => key?.text === "k-17")).toMatchObject({
      ...{ topic: TOPIC, partition: 2, offset: 5n },
      value: { decoder: "json", text: value(17) },
      headers: [{ name: "event-id", value: { text: "e-17", form: "text" } }],
    });
  });

  test("the newest come first where nothing else is asked", async () => {
    const events = await search({ limits: { hits: 5 } });
    expect(recordsOf(events)).toHaveLength(5);
    const times = recordsOf(events).map(({ at }) => at ?? 0);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    expect(endOf(events).reason).toBe("hits");
  });

  test.each([
    ["text", [{ kind: "text", text: '"o-123"' }], ["k-123"]],
    ["key", [{ kind: "key", key: "k-7" }], ["k-7"]],
    ["header", [{ kind: "header", name: "event-id", value: "e-99" }], ["k-99"]],
    ["path", [{ kind: "path", path: "order.total", operator: ">=", value: "598" }], ["k-598", "k-599"]],
    ["regex", [{ kind: "regex", in: "key", pattern: "^k-5[01]$" }], ["k-50", "k-51"]],
    ["CEL", [{ kind: "cel", expression: 'value.order.id == "o-42" && partition == 0' }], ["k-42"]],
  ])("by %s", async (_, terms, keys) => {
    const events = await search({ start: { kind: "oldest" }, terms });
    expect(
      recordsOf(events)
        .map(({ key }) => key?.text)
        .sort(),
    ).toEqual(keys);
    expect(endOf(events)).toMatchObject({ reason: "end", records: RECORDS });
  });

  test("a token goes on where the search ended: nothing twice, nothing left out", async () => {
    const seen: string[] = [];
    let token: string | null = null;
    let rounds = 0;
    do {
      const events: SearchEvent[] = await search({ start: { kind: "oldest" }, limits: { hits: 250 }, token });
      seen.push(...recordsOf(events).map(({ key }) => key?.text ?? ""));
      token = endOf(events).token;
      rounds += 1;
    } while (token !== null && rounds < 10);
    expect(seen).toHaveLength(RECORDS);
    expect(new Set(seen).size).toBe(RECORDS);
    expect(rounds).toBeGreaterThan(2);
  });
});

describe("a search is refused", () => {
  test("to a viewer: 403 permission_missing", async () => {
    const response = await ask({ topics: [TOPIC] }, viewer);
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "permission_missing" });
  });

  test("from another site: 403 origin_foreign", async () => {
    const response = await web.send("POST", `${AT}/search`, {
      headers: { ...operator.cookie, origin: "http://evil.test", "sec-fetch-site": "cross-site" },
      json: { topics: [TOPIC] },
    });
    expect(await problemOf(response)).toMatchObject({ status: 403, code: "origin_foreign" });
  });

  test.each([
    [{ topics: [] }, "topics"],
    [{ topics: [TOPIC], start: { kind: "offset", offset: 5 } }, "start.offset"],
    [{ topics: [TOPIC], terms: [{ kind: "text", text: "" }] }, "terms.0.text"],
    [{ topics: [TOPIC], limits: { hits: 10_001 } }, "limits.hits"],
    [{ topics: [TOPIC], partitions: [3] }, "partitions"],
  ])("%o is 422 and names %s", async (json, name) => {
    const problem = await problemOf(await ask(json));
    expect(problem).toMatchObject({ status: 422, code: "request_invalid" });
    expect(problem.invalid_params?.map((each) => each.name)).toContain(name);
  });

  test("a topic that is not there is 404 topic_unknown, and none is made", async () => {
    const problem = await problemOf(await ask({ topics: [TOPIC, `${prefix}.none`] }));
    expect(problem).toMatchObject({ status: 404, code: "topic_unknown" });
    expect(problem.details).toMatchObject({ topic: `${prefix}.none` });
  });

  test("a condition that cannot be read is 422 filter_invalid and says which", async () => {
    const terms = [
      { kind: "text", text: "fine" },
      { kind: "regex", pattern: "(" },
    ];
    const problem = await problemOf(await ask({ topics: [TOPIC], terms }));
    expect(problem).toMatchObject({ status: 422, code: "filter_invalid", details: { term: 1 } });
  });

  test("a token of another question is 422 search_token_invalid", async () => {
    const { token } = endOf(await search({ start: { kind: "oldest" }, limits: { hits: 1 } }));
    const problem = await problemOf(await ask({ topics: [OTHER], start: { kind: "oldest" }, token }));
    expect(problem).toMatchObject({ status: 422, code: "search_token_invalid" });
  });
});

describe("a live search", () => {
  /** Reads lines one by one; leaving it is what a browser does that goes away. */
  async function open(json: unknown) {
    const response = await ask(json);
    expect(response.status).toBe(200);
    const reader = response.body!.getReader();
    const decoder = new TextDecoder();
    let rest = "";
    const next = async (): Promise<SearchEvent> => {
      for (;;) {
        const cut = rest.indexOf("\n");
        if (cut >= 0) {
          const line = rest.slice(0, cut);
          rest = rest.slice(cut + 1);
          return searchEvent.parse(JSON.parse(line));
        }
        const { done, value: chunk } = await reader.read();
        if (done) throw new Error("The stream ended.");
        rest += decoder.decode(chunk, { stream: true });
      }
    };
    return { next, leave: () => reader.cancel() };
  }

  test("tells of what is written while somebody looks, and ends when they go", async () => {
    const live = await open({ topics: [OTHER], start: { kind: "live" }, limits: { seconds: 60 } });
    let event = await live.next();
    while (event.type !== "progress" || event.state !== "running") event = await live.next();
    const response = await web.send("POST", AT, {
      headers: operator.cookie,
      json: { topic: OTHER, value: { text: "hello" }, reason: "a live test" },
    });
    expect(response.status).toBe(200);
    while (event.type !== "record") event = await live.next();
    expect(event.record.value?.text).toBe("hello");
    await live.leave();
    // What was under way is over: the pool has room for as many searches as before.
    await until(async () => (await streamsOpen()) === 0, { limitMs: 5_000, what: "the search to end" });
  });

  async function streamsOpen(): Promise<number> {
    const { processMetrics } = await import("#lib/http/metrics.ts");
    return (await processMetrics().liveStreams.get()).values[0]?.value ?? 0;
  }

  test("searches whose callers went away hold up nobody", async () => {
    const gone = await Promise.all(
      Array.from({ length: 8 }, () =>
        open({ topics: [OTHER], start: { kind: "live" }, limits: { seconds: 300 } }),
      ),
    );
    await Promise.all(gone.map(({ leave }) => leave()));
    const startedAt = performance.now();
    const events = await search({ start: { kind: "oldest" }, limits: { hits: 1 } });
    expect(endOf(events).reason).toBe("hits");
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});

describe("on a read-only cluster", () => {
  const { clusters } = { clusters: () => web.runtime.config.clusters };

  test("searching and testing a filter work, producing does not", async () => {
    Object.assign(clusters()[0]!, { readOnly: true });
    const { ctxFor } = web.runtime;
    Object.assign(web.runtime, {
      ctxFor: (who: Parameters<typeof ctxFor>[0]) => {
        const ctx = ctxFor(who);
        return { ...ctx, clusters: ctx.clusters.map((each) => ({ ...each, readOnly: true })) };
      },
    });
    try {
      expect(endOf(await search({ limits: { hits: 1 } })).reason).toBe("hits");
      const tried = await web.send("POST", `${AT}/${TOPIC}/0/0/filter`, {
        headers: operator.cookie,
        json: { terms: [{ kind: "key", key: "k-0" }] },
      });
      expect(tried.status).toBe(200);
      const produced = await web.send("POST", AT, {
        headers: operator.cookie,
        json: { topic: OTHER, value: { text: "x" }, reason: "must be refused" },
      });
      expect(await problemOf(produced)).toMatchObject({ status: 403, code: "cluster_read_only" });
    } finally {
      Object.assign(web.runtime, { ctxFor });
      Object.assign(clusters()[0]!, { readOnly: false });
    }
  });
});
