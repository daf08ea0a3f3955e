import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import { installKitSagas, storeKitSagas } from "#test/support/kit-sagas.ts";
import { testStack } from "#test/support/stack.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let viewer: TestPerson;
let operator: TestPerson;
let shop: TestDatabase;
let dir: string;
const now = Date.now();
const ago = (seconds: number): number => now - seconds * 1_000;
const secret = "a-key-that-signs-commands";

beforeAll(async () => {
  shop = await cloneDatabase();
  await installKitSagas(shop.url);
  await storeKitSagas(shop.url, [
    { id: "one", updatedAt: ago(30), state: "completed", correlation: "order-7", data: { note: "blue" } },
    { id: "two", updatedAt: ago(20), parked: "timeout", attempts: 3, dueAt: ago(21), correlation: "order-7" },
    { id: "a/b~c %", updatedAt: ago(10), dueAt: ago(-60), wakeAt: ago(-60) },
  ]);
  dir = await mkdtemp(join(tmpdir(), "sluice-sagas-"));
  const file = join(dir, "sluice.config.yaml");
  await writeFile(
    file,
    JSON.stringify({
      clusters: [{ id: "default", brokers: testStack().kafkaBrokers }],
      databases: [
        { id: "shop", url: shop.url, cluster: "default", sagas: [{ preset: "kit" }] },
        {
          id: "away",
          url: "postgres://me:s3cret@127.0.0.1:1/x",
          cluster: "default",
          sagas: [{ preset: "dbos" }],
        },
      ],
      sagas: { commandKey: secret },
    }),
  );
  process.env["SLUICE_CONFIG"] = file;
  web = await openConsole();
  viewer = await web.person("viewer");
  operator = await web.person("operator");
});
afterAll(async () => {
  await web.close();
  await shop.drop();
  await rm(dir, { recursive: true });
});

interface Answer {
  items: { id: string; sagaId: string; state: string; stuck: { kind: string } | null; count: number }[];
  nextCursor: string | null;
  failures: { subject: string; reason: string }[];
  textLimited: boolean;
}

const get = (path: string, who = viewer): Promise<Response> =>
  web.send("GET", `/api/v1/sagas${path}`, { headers: who.cookie });
const read = async <T = Answer>(path: string, who = viewer): Promise<T> => {
  const response = await get(path, who);
  expect(response.status, path).toBe(200);
  return (await response.json()) as T;
};

test("the list merges its sources, and one that is away is named without its secret", async () => {
  const { items, failures, nextCursor } = await read("");
  expect(items.map(({ sagaId, state }) => [sagaId, state])).toEqual([
    ["a/b~c %", "running"],
    ["two", "stuck"],
    ["one", "completed"],
  ]);
  expect(nextCursor).toBeNull();
  expect(failures).toEqual([
    { subject: "away", reason: expect.stringMatching(/^away could not be read/) as string },
  ]);
  expect(JSON.stringify(failures)).not.toContain("s3cret");
});

test("pages, filters and a text", async () => {
  const first = await read("?limit=2");
  expect(first.items).toHaveLength(2);
  const second = await read(`?limit=2&cursor=${first.nextCursor ?? ""}`);
  expect(second.items.map(({ sagaId }) => sagaId)).toEqual(["one"]);
  expect((await read("?state=stuck&type=fulfilment")).items.map(({ sagaId }) => sagaId)).toEqual(["two"]);
  expect((await read("?stuck=missing-reply")).items).toHaveLength(1);
  expect((await read("?stuck=outbox")).items).toEqual([]);
  const found = await read("?text=BLUE", operator);
  expect(found).toMatchObject({ items: [{ sagaId: "one" }], textLimited: true });
  expect(await read("?source=nowhere")).toMatchObject({ items: [], failures: [{ subject: "nowhere" }] });
});

test("one saga tells its steps, what may be done and its relatives", async () => {
  const saga = await read<Record<string, unknown>>(`/${encodeURIComponent("shop~fulfilment~two")}`);
  expect(saga).toMatchObject({
    ...{ id: "shop~fulfilment~two", state: "stuck", version: 7, service: "fulfilment", readOnly: null },
    stuck: { kind: "missing-reply", step: "charge" },
    related: [{ sagaId: "one" }],
    definition: { type: "fulfilment", steps: [{ name: "allocate" }, {}, {}, {}] },
  });
  expect(saga["commands"]).toContainEqual({ command: "retry", step: "charge", refusal: null });
  expect(saga).not.toHaveProperty("ownEvidence");
});

test("payloads are for who may read records: not shown, and not to be found by a text", async () => {
  const path = `/${encodeURIComponent("shop~fulfilment~one")}`;
  interface Shown {
    data: unknown;
    steps: { input: unknown; output: unknown; error: string | null }[];
    missing: { field: string; reason: string }[];
  }
  expect((await read<Shown>(path, operator)).data).toEqual({ note: "blue" });
  const shown = await read<Shown>(path);
  expect(shown.data).toBeNull();
  expect(shown.steps.every(({ input, output, error }) => (input ?? output ?? error) === null)).toBe(true);
  expect(shown.missing).toContainEqual({
    field: "data",
    reason: expect.stringContaining("read records") as string,
  });
  const searched = await read("?text=BLUE");
  expect(searched.items).toEqual([]);
  expect(searched.failures).toMatchObject([{ subject: "text" }]);
});

test("an id with every odd character is found by its own address", async () => {
  const [row] = (await read("?limit=1")).items;
  expect(row?.id).toBe("shop~fulfilment~a%2Fb%7Ec%20%25");
  expect(await read(`/${encodeURIComponent(row!.id)}`)).toMatchObject({ sagaId: "a/b~c %" });
});

test.each([
  ["an unknown saga", `/${encodeURIComponent("shop~fulfilment~none")}`, 404, "saga_unknown"],
  ["an unknown source", `/${encodeURIComponent("none~fulfilment~two")}`, 404, "saga_unknown"],
  ["no such id", "/nonsense", 404, "saga_unknown"],
  ["a source that is away", `/${encodeURIComponent("away~x~y")}`, 503, "saga_source_unreadable"],
  ["a state that is none", "?state=lost", 422, "request_invalid"],
  ["a cursor of another filter", "?type=x&cursor=WzEsIngiXQ", 422, "cursor_invalid"],
  ["an empty range", "/counts?from=2026-11-23T10:00:00Z&to=2026-11-23T10:00:00Z", 422, "request_invalid"],
])("%s is refused", async (_, path, status, code) => {
  const response = await get(path);
  expect(response.status).toBe(status);
  expect(await problemOf(response)).toMatchObject({ code });
});

test("counts and definitions", async () => {
  const counts = await read("/counts");
  expect(counts.items.map(({ state, count }) => [state, count]).sort()).toEqual([
    ["completed", 1],
    ["running", 1],
    ["stuck", 1],
  ]);
  const { items, failures } = await read<{
    items: Record<string, unknown>[];
    failures: { reason: string }[];
  }>("/definitions");
  expect(items).toMatchObject([
    {
      ...{
        type: "fulfilment",
        source: "shop",
        kind: "orchestrated",
        advice: null,
        duration: { n: 1, p50Ms: 5_000 },
      },
      stepFigures: expect.arrayContaining([
        expect.objectContaining({ step: "charge", standing: 2, stuck: 1 }),
      ]) as unknown,
    },
  ]);
  expect(failures.map(({ reason }) => reason).join(" ")).toContain("may write to");
});

test("who is not signed in sees nothing", async () => {
  expect((await web.send("GET", "/api/v1/sagas")).status).toBe(401);
});
