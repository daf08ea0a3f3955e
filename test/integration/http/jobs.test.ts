import { afterAll, beforeAll, expect, test } from "vitest";
import { planJobNow } from "#lib/services/jobs/compute-plan.ts";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let viewer: TestPerson;
let operator: TestPerson;
let other: TestPerson;
const prefix = topicPrefix();
const [FROM, TO] = [`${prefix}.order.made`, `${prefix}.order.again`];
const AT = "/api/v1/clusters/default/jobs";
const LIMIT_MS = 60_000;

interface Answer {
  number: number;
  state: string;
  wish: string;
  hash: string;
  plan: { records: number } | null;
  approval: { needed: boolean; by: string | null };
  recordsPerSecond: number | null;
  events: { what: string; actor: string }[];
}

const get = (path: string, who = operator) => web.send("GET", `${AT}${path}`, { headers: who.cookie });
const post = (path: string, json: unknown, who = operator) =>
  web.send("POST", `${AT}${path}`, { headers: who.cookie, json });
const read = async (response: Promise<Response>): Promise<Answer> =>
  (await (await response).json()) as Answer;

const asked = (change: Record<string, unknown> = {}) => ({
  ...{ kind: "republish", name: "Again" },
  source: {
    ...{ kind: "ranges", topics: [{ topic: FROM, partitions: null }] },
    ...{ from: { kind: "start" }, to: { kind: "end" } },
  },
  target: { kind: "topic", topic: TO },
  ...change,
});

/** Asks for a job and has it planned, as a worker would. */
async function planned(change: Record<string, unknown> = {}): Promise<Answer> {
  const response = await post("", asked(change));
  expect(response.status).toBe(202);
  const { number } = (await response.json()) as Answer;
  const { db, now, newId, log, jobs, kafka } = web.runtime;
  const signal = AbortSignal.timeout(LIMIT_MS);
  const guarded = <T>(work: Parameters<typeof db.transaction<T>>[0]) => db.transaction(work);
  const ctx = { db, now, newId, log, jobs, signal, guarded, cluster: "default", kafka: kafka("default") };
  await planJobNow(ctx, number);
  return read(get(`/${number}`));
}

beforeAll(async () => {
  web = await openConsole();
  viewer = await web.person("viewer");
  operator = await web.person("operator");
  other = await web.person("operator");
  await createTopics([FROM, TO].map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1 })));
  const producer = testKafka().producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const messages = [1, 2, 3].map((n) => ({ key: `k-${n}`, value: `{"n":${n}}` }));
  await producer.send({ topic: FROM, messages });
  await producer.disconnect();
}, LIMIT_MS);
afterAll(() => web.close());

test("strangers and viewers plan nothing", async () => {
  expect((await web.send("POST", AT, { json: asked() })).status).toBe(401);
  expect(await problemOf(await post("", asked(), viewer))).toMatchObject({ status: 403 });
  expect((await get("", viewer)).status).toBe(200);
});

test.each([
  ["a redrive of ranges", asked({ kind: "redrive" }), "request_invalid", 422],
  ["kept times of a republish", asked({ times: "kept" }), "request_invalid", 422],
  [
    "a script that cannot be read",
    asked({
      transform: {
        headers: { set: [], drop: [] },
        value: { kind: "script", code: "return ((" },
        newEventId: false,
      },
    }),
    "transform_invalid",
    422,
  ],
  [
    "a pointer without a slash",
    asked({
      transform: {
        headers: { set: [], drop: [] },
        value: { kind: "patch", operations: [{ op: "remove", path: "a" }] },
        newEventId: false,
      },
    }),
    "transform_invalid",
    422,
  ],
  ["no source", { ...asked(), source: undefined }, "request_invalid", 422],
])("%s is refused", async (_, body, code, status) => {
  expect(await problemOf(await post("", body))).toMatchObject({ code, status });
});

test("a job and a cluster that are not there are told", async () => {
  expect(await problemOf(await get("/999999"))).toMatchObject({ status: 404, code: "job_unknown" });
  expect(await problemOf(await get("/99999999999"))).toMatchObject({ status: 404, code: "job_unknown" });
  const start = { hash: "0".repeat(64), reason: "test" };
  expect(await problemOf(await post("/999999/start", start))).toMatchObject({ code: "job_unknown" });
  const elsewhere = await web.send("GET", "/api/v1/clusters/none/jobs", { headers: operator.cookie });
  expect(elsewhere.status).toBe(404);
});

test("a plan is started once, steered and cancelled, and its trail tells who", async () => {
  const job = await planned();
  expect(job).toMatchObject({ state: "planned", plan: { records: 3 }, approval: { needed: false } });
  const path = `/${job.number}`;
  const wrong = { hash: "0".repeat(64), reason: "test" };
  expect(await problemOf(await post(`${path}/start`, wrong))).toMatchObject({ code: "job_plan_changed" });
  expect(await problemOf(await post(`${path}/pause`, {}))).toMatchObject({ code: "job_not_running" });
  const started = await post(`${path}/start`, { hash: job.hash, reason: "again" });
  expect(started.status).toBe(200);
  const twice = await post(`${path}/start`, { hash: job.hash, reason: "again" });
  expect(await problemOf(twice)).toMatchObject({ status: 409, code: "job_not_planned" });
  const braked = web.send("PATCH", `${AT}${path}`, {
    headers: operator.cookie,
    json: { recordsPerSecond: 10 },
  });
  expect(await read(braked)).toMatchObject({ recordsPerSecond: 10, state: "running" });
  expect(await read(post(`${path}/pause`, { reason: "lunch" }))).toMatchObject({ wish: "pause" });
  expect(await read(post(`${path}/resume`, {}))).toMatchObject({ wish: "run" });
  const cancelled = await read(post(`${path}/cancel`, { reason: "wrong topic" }));
  expect(cancelled).toMatchObject({ state: "running", wish: "cancel" });
  expect(cancelled.events.map(({ what }) => what)).toEqual([
    "Asked for.",
    "Planned 3 records.",
    "Started: again",
    "The brake was set to 10 records a second.",
    "Pause asked for: lunch",
    "Resumed.",
    "Cancel asked for: wrong topic",
  ]);
  expect(await web.lastAudit("job.start")).toMatchObject({ state: "refused", error_code: "job_not_planned" });
});

test("many records need a second person and their number typed", async () => {
  const job = await planned();
  await web.sql(`UPDATE job SET plan = jsonb_set(plan, '{records}', '20000') WHERE number = ${job.number}`);
  const path = `/${job.number}`;
  const start = { hash: job.hash, reason: "again" };
  expect(await problemOf(await post(`${path}/start`, start))).toMatchObject({ code: "job_not_approved" });
  const approve = { hash: job.hash, reason: "looks right" };
  expect(await problemOf(await post(`${path}/approve`, approve))).toMatchObject({
    ...{ status: 403, code: "approval_own" },
  });
  const approved = await read(post(`${path}/approve`, approve, other));
  expect(approved.approval).toEqual({
    ...{ needed: true, by: other.email, at: expect.any(String) as string },
    why: expect.stringMatching(/^More than the [\d,]+ records that one person may send\.$/) as string,
  });
  const typed = await problemOf(await post(`${path}/start`, { ...start, confirmRecords: 3 }));
  expect(typed).toMatchObject({ status: 422, code: "job_confirmation_wrong" });
  // Kept for the plan of this hash, and for a day.
  await web.sql(`UPDATE job SET approved_at = now() - interval '25 hours' WHERE number = ${job.number}`);
  const lapsed = await problemOf(await post(`${path}/start`, { ...start, confirmRecords: 20_000 }));
  expect(lapsed).toMatchObject({ status: 409, code: "job_not_approved" });
});

test("records, preview and export are read; a foreign cursor is not", async () => {
  const { number } = await planned({ name: "Read" });
  expect(await (await get(`/${number}/records`)).json()).toMatchObject({ items: [], nextCursor: null });
  const preview = (await (await get(`/${number}/preview?limit=2`)).json()) as { items: unknown[] };
  expect(preview.items).toMatchObject([
    { topic: FROM, offset: "0", target: { topic: TO, partition: 0 }, before: { key: "k-1" } },
    { offset: "1", after: { value: '{"n":2}' } },
  ]);
  expect((await get(`/${number}/preview`, viewer)).status).toBe(403);
  const exported = await get(`/${number}/export`);
  expect(exported.headers.get("content-type")).toContain("application/x-ndjson");
  expect(await exported.text()).toBe("");
  const page = (await (await get("?limit=1")).json()) as { nextCursor: string };
  const next = await get(`?limit=1&cursor=${page.nextCursor}`);
  expect(next.status).toBe(200);
  const foreign = await get(`?limit=1&kind=replay&cursor=${page.nextCursor}`);
  expect(await problemOf(foreign)).toMatchObject({ status: 422, code: "cursor_invalid" });
});
