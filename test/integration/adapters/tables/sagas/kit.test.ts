import { afterAll, beforeAll, expect, test } from "vitest";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import type { SagaSource, SourceQuery } from "#lib/adapters/tables/sagas/saga-source.ts";
import { makeLog } from "#lib/log.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import { installKitSagas, storeKitSagas, withClientOf, type KitSaga } from "#test/support/kit-sagas.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const signal = AbortSignal.timeout(60_000);
let shop: TestDatabase;
let source: SagaSource;

const open = (url: string): SagaSource =>
  openSagaSources({
    databases: [{ id: "shop", url, cluster: "one", sagas: [{ preset: "kit" }] }],
    refusal: () => null,
    now: () => NOW,
    log: makeLog("test", "error"),
  })[0]!;

const ago = (seconds: number): number => NOW - seconds * 1_000;
const SAGAS: readonly KitSaga[] = [
  { id: "s01", state: "completed", updatedAt: ago(10), data: { customer: "Ana 100%_x" } },
  { id: "s02", updatedAt: ago(9), dueAt: NOW + 5_000, wakeAt: NOW + 5_000 },
  { id: "s03", updatedAt: ago(8), attempts: 2, dueAt: ago(1), wakeAt: NOW + 1_000 },
  { id: "s04", step: "notify", parked: "refused", stepState: "failed", updatedAt: ago(7) },
  {
    ...{ id: "s05", state: "compensating", parked: "compensation_failed", stepState: "compensation_failed" },
    updatedAt: ago(6),
  },
  { id: "s06", updatedAt: ago(60), dueAt: ago(50), wakeAt: ago(50) },
  { id: "s07", state: "compensating", stepState: "compensating", compensationAttempts: 1, updatedAt: ago(5) },
  { id: "s08", state: "compensated", updatedAt: ago(4), correlation: "shared" },
  { id: "s09", state: "failed", updatedAt: ago(4), startedAt: ago(7_200), correlation: "shared" },
  { id: "s10", updatedAt: ago(3), attempts: 2, dueAt: NOW + 5_000, wakeAt: NOW + 5_000 },
  { id: "s11", updatedAt: ago(2), parked: "timeout", attempts: 3, dueAt: ago(2) },
  { id: "s12", type: "refund", updatedAt: ago(4), attempts: 2, dueAt: null, wakeAt: NOW + 1_000 },
];

const ids = async (query: Partial<SourceQuery> = {}): Promise<string[]> =>
  (await source.list({ after: null, limit: 50, ...query }, signal)).map(({ sagaId }) => sagaId);

beforeAll(async () => {
  shop = await cloneDatabase();
  await installKitSagas(shop.url);
  await storeKitSagas(shop.url, SAGAS);
  source = open(shop.url);
});
afterAll(async () => {
  await source.close();
  await shop.drop();
});

test("the last moved comes first, and a page begins where the one before ended", async () => {
  const all = await ids();
  expect(all).toEqual(["s11", "s10", "s08", "s09", "s12", "s07", "s05", "s04", "s03", "s02", "s01", "s06"]);
  const paged: string[] = [];
  let after: SourceQuery["after"] = null;
  for (let page = 0; page < 12; page += 1) {
    const rows = await source.list({ after, limit: 2 }, signal);
    paged.push(...rows.map(({ sagaId }) => sagaId));
    const last = rows.at(-1);
    if (last === undefined) break;
    after = { updatedAt: last.updatedAt!, type: last.type, sagaId: last.sagaId };
  }
  expect(paged).toEqual(all);
});

test.each<[string, Partial<SourceQuery>, string[]]>([
  ["running is what is not stuck", { state: "running" }, ["s10", "s02"]],
  ["compensating is what is not stuck", { state: "compensating" }, ["s07"]],
  [
    "stuck: parked, overdue at the second attempt, or left by its timer",
    { state: "stuck" },
    ["s11", "s12", "s05", "s04", "s03", "s06"],
  ],
  ["stuck of one type", { state: "stuck", type: "refund" }, ["s12"]],
  ["open", { state: "open" }, ["s11", "s10", "s12", "s07", "s05", "s04", "s03", "s02", "s06"]],
  ["completed", { state: "completed" }, ["s01"]],
  ["failed", { state: "failed" }, ["s09"]],
  ["refused", { stuck: "refused" }, ["s04"]],
  ["compensation failed", { stuck: "compensation-failed" }, ["s05"]],
  ["timer due", { stuck: "timer-due" }, ["s06"]],
  ["a reason that evidence tells: all that wait", { stuck: "lagging-group" }, ["s11", "s12", "s03", "s06"]],
  ["step", { step: "notify" }, ["s04"]],
  ["correlation", { correlation: "shared" }, ["s08", "s09"]],
  ["correlation and age", { correlation: "shared", startedBefore: ago(3_600) }, ["s09"]],
  ["started before, though it moved since", { startedBefore: ago(30) }, ["s09", "s06"]],
  ["started after", { startedAfter: ago(8.5) }, ["s11", "s10"]],
  ["text, each word, wildcards meant as they are", { text: "100%_x ANA" }, ["s01"]],
  ["text that no data has", { text: "100%x" }, []],
])("list: %s", async (_, query, expected) => {
  expect(await ids(query)).toEqual(expected);
});

test("a text is looked for from the newest on, whatever page is asked for", async () => {
  const after = { updatedAt: ago(3), type: "fulfilment", sagaId: "s10" };
  expect(await ids({ text: "order", after, limit: 2 })).toEqual(["s08", "s09"]);
});

test("a row says why it is stuck as far as its tables tell", async () => {
  const rows = await source.list({ after: null, limit: 50, state: "stuck" }, signal);
  expect(rows.map(({ sagaId, stuck }) => [sagaId, stuck?.kind, stuck?.sentence])).toEqual([
    ["s11", "missing-reply", "parked: timeout"],
    ["s12", "missing-reply", "No reply of payments to charge came to 2 attempts."],
    ["s05", "compensation-failed", "parked: compensation_failed"],
    ["s04", "refused", "parked: refused"],
    ["s03", "missing-reply", "No reply of payments to charge came to 2 attempts."],
    ["s06", "timer-due", "The timer of charge is past due and nobody acted on it."],
  ]);
  expect(rows[0]).toMatchObject({ id: "shop~fulfilment~s11", state: "stuck", step: "charge", endedAt: null });
});

test("one saga has its steps, those to come, its journal and its data", async () => {
  const saga = await source.get("fulfilment", "s02", signal);
  expect(saga).toMatchObject({
    ...{ service: "fulfilment", version: 7, state: "running", data: { order: "s02" }, missing: [] },
    journal: [{ kind: "started", data: { order: "s02" } }],
  });
  expect(
    saga?.steps.map(({ name, state, service, compensation }) => [name, state, service, compensation]),
  ).toEqual([
    ["allocate", "done", "inventory", "inventory.stock.release"],
    ["charge", "sent", "payments", "payments.charge.undo"],
    ["courier", "to-come", "courier", null],
    ["notify", "to-come", "notifications", null],
  ]);
  expect((await source.get("fulfilment", "s07", signal))?.steps.map(({ name }) => name)).toEqual([
    "allocate",
    "charge",
  ]);
  expect((await source.get("refund", "s12", signal))?.missing).toEqual([
    { field: "service", reason: "No service has written a definition of this type." },
  ]);
  expect(await source.get("fulfilment", "s99", signal)).toBeNull();
});

test("many at once are the same without their journals", async () => {
  const found = await source.getMany!(
    [
      { type: "refund", sagaId: "s12" },
      { type: "refund", sagaId: "s01" },
    ],
    signal,
  );
  const one = await source.get("refund", "s12", signal);
  expect(found).toEqual([{ ...one, journal: [] }]);
});

test("counts take the stuck out of the running", async () => {
  const counts = await source.counts(signal);
  const told = Object.fromEntries(counts.map(({ type, state, count }) => [`${type} ${state}`, count]));
  expect(told).toEqual({
    ...{
      "fulfilment stuck": 5,
      "fulfilment running": 2,
      "fulfilment compensating": 1,
      "fulfilment failed": 1,
    },
    ...{ "fulfilment compensated": 1, "fulfilment completed": 1, "refund stuck": 1 },
  });
});

test("figures tell durations, failures and who stands where", async () => {
  const { duration, steps } = await source.figures("fulfilment", signal);
  expect(duration).toEqual({ n: 3, p50Ms: 5_000, p90Ms: 7_196_000, p99Ms: 7_196_000 });
  expect(steps.map(({ step, standing, stuck }) => [step, standing, stuck])).toEqual([
    ["allocate", 0, 0],
    ["charge", 7, 4],
    ["courier", 0, 0],
    ["notify", 1, 1],
  ]);
  const charge = steps.find(({ step }) => step === "charge");
  expect(charge?.failureRate).toBeGreaterThan(0);
  expect(charge?.duration).toMatchObject({ p50Ms: 500 });
});

test("a login that may write is advised against, one that only reads is not", async () => {
  const url = new URL(shop.url);
  await withClientOf(shop.url, async (client) => {
    await client.query(`CREATE ROLE ${shop.name}_reader LOGIN PASSWORD 'reader'`);
    await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${shop.name}_reader`);
  });
  const reader = open(
    Object.assign(new URL(url), { username: `${shop.name}_reader`, password: "reader" }).toString(),
  );
  try {
    expect(await reader.advice!(signal)).toEqual([]);
    expect(await reader.counts(signal)).not.toEqual([]);
    expect(await source.advice!(signal)).toEqual([
      expect.stringContaining("may write to saga_definition, saga_instance, saga_step, saga_journal"),
    ]);
  } finally {
    await reader.close();
    await withClientOf(shop.url, async (client) => {
      await client.query(`DROP OWNED BY ${shop.name}_reader`);
      await client.query(`DROP ROLE ${shop.name}_reader`);
    });
  }
});

test.each([
  ["a database that is away", "postgres://nobody:s3cret@127.0.0.1:1/none", /^shop could not be read/],
  ["one without the tables", "", /^shop has no tables of sagas/],
])("%s is said in a sentence without secrets", async (_, given, sentence) => {
  const other = await cloneDatabase();
  const away = open(given === "" ? other.url : given);
  try {
    await expect(away.list({ after: null, limit: 1 }, signal)).rejects.toMatchObject({
      name: "SourceUnreadableError",
      source: "shop",
      message: expect.stringMatching(sentence) as string,
    });
  } finally {
    await away.close();
    await other.drop();
  }
});
