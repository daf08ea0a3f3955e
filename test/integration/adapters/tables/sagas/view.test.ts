import { afterAll, beforeAll, expect, test } from "vitest";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import { makeLog } from "#lib/log.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import { withClientOf } from "#test/support/kit-sagas.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const ago = (seconds: number): number => NOW - seconds * 1_000;
const signal = AbortSignal.timeout(60_000);
let shop: TestDatabase;
let source: SagaSource;

const open = (view: string): SagaSource =>
  openSagaSources({
    databases: [{ id: "shop", url: shop.url, cluster: "one", sagas: [{ preset: "view", view }] }],
    refusal: () => null,
    now: () => NOW,
    log: makeLog("test", "error"),
  })[0]!;

beforeAll(async () => {
  shop = await cloneDatabase();
  await withClientOf(shop.url, async (client) => {
    await client.query(`
      CREATE TABLE my_process (kind text, id int, at timestamptz, status text, steps jsonb, note text);
      CREATE VIEW my_sagas AS SELECT kind AS saga_type, id::text AS saga_id, status AS state, at AS updated_at, steps,
        note AS stuck_sentence FROM my_process;
      CREATE VIEW half AS SELECT kind AS saga_type FROM my_process;`);
    await client.query(
      `INSERT INTO my_process VALUES ('ship', 1, $1, 'stuck', $2, 'The carrier is closed.'),
         ('ship', 2, $3, 'odd', NULL, NULL)`,
      [
        new Date(ago(5)),
        JSON.stringify([
          { name: "label", state: "sent", sentAt: new Date(ago(9)).toISOString() },
          { name: "x", state: "?" },
          7,
        ]),
        new Date(ago(1)),
      ],
    );
  });
  source = open("my_sagas");
});
afterAll(async () => {
  await source.close();
  await shop.drop();
});

test("its documented columns are read; a state that nobody knows is running", async () => {
  const first = await source.list({ after: null, limit: 1 }, signal);
  const after = { updatedAt: ago(1), type: "ship", sagaId: "2" };
  const rest = await source.list({ after, limit: 5 }, signal);
  expect([...first, ...rest].map(({ sagaId, state }) => [sagaId, state])).toEqual([
    ["2", "running"],
    ["1", "stuck"],
  ]);
  const saga = await source.get("ship", "1", signal);
  expect(saga).toMatchObject({
    stuck: { kind: "missing-reply", sentence: "The carrier is closed." },
    steps: [{ name: "label", state: "sent", sentAt: ago(9), attempts: null }],
  });
  expect(saga?.missing).toContainEqual({
    field: "correlationId",
    reason: "The view has no column correlation_id.",
  });
});

test.each([
  ["half", "shop has a view half without saga_id, state, updated_at."],
  ["nowhere", "shop has no view nowhere."],
])("a view that will not do is refused: %s", async (view, sentence) => {
  const other = open(view);
  await expect(other.list({ after: null, limit: 1 }, signal)).rejects.toThrow(sentence);
  await other.close();
});
