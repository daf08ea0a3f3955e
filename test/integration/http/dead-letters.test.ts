import { afterAll, beforeAll, expect, test } from "vitest";
import { runWorker } from "#lib/worker/run-worker.ts";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { kitHeaders } from "../services/dead-letters/dead-letter-bench.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let viewer: TestPerson;
let operator: TestPerson;
const prefix = topicPrefix();
const SOURCE = `${prefix}.order.created`;
const DLT = `${SOURCE}.dlt`;
const AT = "/api/v1/clusters/default/dead-letters";
const LIMIT_MS = 40_000;

interface Listed {
  items: { id: string; message: string | null; offset: string; state: string; cause: string }[];
  nextCursor: string | null;
}

const get = (path: string, who = operator) => web.send("GET", `${AT}${path}`, { headers: who.cookie });
const post = (path: string, json: unknown, who = operator) =>
  web.send("POST", `${AT}${path}`, { headers: who.cookie, json });
const letters = async (query = "", who = operator): Promise<Listed> =>
  (await (await get(`?topic=${DLT}${query}`, who)).json()) as Listed;

let stop: AbortController;
let working: Promise<void>;

beforeAll(async () => {
  web = await openConsole();
  viewer = await web.person("viewer");
  operator = await web.person("operator");
  await createTopics([SOURCE, DLT].map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1 })));
  const producer = testKafka().producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  await producer.send({
    topic: DLT,
    messages: Array.from({ length: 25 }, (_, offset) => ({
      ...{ key: `order-${offset}`, value: "{}", headers: kitHeaders({ topic: SOURCE, offset }) },
    })),
  });
  await producer.disconnect();
  stop = new AbortController();
  working = runWorker(web.runtime, { signal: stop.signal, beatMs: 500 });
  const indexed = async () => (await letters()).items.length === 25;
  await until(indexed, { limitMs: LIMIT_MS, everyMs: 200, what: "25 dead letters that the worker found" });
}, LIMIT_MS + 20_000);
afterAll(async () => {
  stop.abort();
  await working;
  await web.close();
});

test("open dead letters are exported by topic and group", async () => {
  const response = await web.send("GET", "/api/metrics", { headers: operator.cookie });
  expect(await response.text()).toContain(
    `sluice_dead_letters_open{cluster_name="default",topic="${DLT}",group="billing"} 25`,
  );
});

test("the worker's verdict stands within 15 s", async () => {
  const verdict = async () => {
    const { items } = (await (await get(`/causes?topic=${DLT}`)).json()) as {
      items: { verdict: { kind: string; sentence: string } }[];
    };
    return items[0]?.verdict;
  };
  await until(async () => ((await verdict())?.sentence ?? "") !== "", { limitMs: 15_000, what: "a verdict" });
  expect((await verdict())?.sentence).toContain("25");
});

test("offsets are strings, instants ISO, pages follow one another", async () => {
  const first = await letters("&limit=20");
  expect(first.items[0]?.offset).toBe("24");
  const second = await letters(`&limit=20&cursor=${first.nextCursor}`);
  expect([second.items.length, second.nextCursor]).toEqual([5, null]);
  const foreign = await get(`?topic=${SOURCE}&limit=20&cursor=${first.nextCursor}`);
  expect(await problemOf(foreign)).toMatchObject({ status: 422, code: "cursor_invalid" });
});

test("a viewer reads without messages, and may neither read records nor discard: 403, on record", async () => {
  const { items } = await letters("", viewer);
  const [one] = items;
  expect(one?.message).toBeNull();
  expect((await letters()).items[0]?.message).toContain("declined");
  for (const path of [`/${one?.id}/record`, `/${one?.id}/order`])
    expect(await problemOf(await get(path, viewer))).toMatchObject({ status: 403 });
  const refused = await post(
    "/discard",
    { selection: { kind: "ids", ids: [one?.id] }, reason: "no" },
    viewer,
  );
  expect(await problemOf(refused)).toMatchObject({ status: 403, code: "permission_missing" });
  expect(await web.lastAudit("dead-letter.discard")).toMatchObject({ state: "refused" });
});

test.each([
  ["/not-an-id", 404, "dead_letter_unknown"],
  ["/causes/not-an-id", 404, "cause_unknown"],
  ["?state=sideways", 422, "request_invalid"],
  ["/history?from=yesterday", 422, "request_invalid"],
])("%s is %i %s", async (path, status, code) => {
  expect(await problemOf(await get(path))).toMatchObject({ status, code });
});

test("an unknown cluster is 404", async () => {
  const response = await web.send("GET", "/api/v1/clusters/no/dead-letters", { headers: operator.cookie });
  expect(await problemOf(response)).toMatchObject({ status: 404, code: "cluster_unknown" });
});

test("a frozen filter is discarded with a reason, on record, and refused when it has changed", async () => {
  const frozen = (await (await get(`/selection?topic=${DLT}&state=open`)).json()) as {
    upTo: string;
    count: number;
  };
  const selection = { kind: "filter", filter: { topic: DLT, state: "open" }, frozen };
  const short = await post("/discard", { selection, reason: "x" });
  expect(await problemOf(short)).toMatchObject({ status: 422, code: "request_invalid" });
  const done = await post("/discard", { selection, reason: "a test" });
  expect(await done.json()).toEqual({ changed: 25, skipped: [] });
  expect(await web.lastAudit("dead-letter.discard")).toMatchObject({
    ...{ state: "done", target: { cluster: "default", changed: "25", reason: "a test", by: "filter" } },
  });
  const again = await post("/discard", { selection, reason: "a test" });
  expect(await problemOf(again)).toMatchObject({
    ...{ status: 409, code: "selection_changed", details: { frozen: 25, count: 0 } },
  });
});

test("the record comes from Kafka", async () => {
  const [one] = (await letters()).items;
  const read = (await (await get(`/${one?.id}/record`)).json()) as { record: { topic: string } | null };
  expect(read.record?.topic).toBe(DLT);
});
