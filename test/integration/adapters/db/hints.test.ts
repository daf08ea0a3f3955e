import { afterAll, beforeAll, expect, test } from "vitest";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { listenForHints, type Hint, type HintListener } from "#lib/adapters/db/hints.ts";
import { makeLog } from "#lib/log.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import { withClient } from "#test/support/template-database.ts";
import { until } from "#test/support/until.ts";

const log = makeLog("test", "error");
const heard: Hint[] = [];
let gaps = 0;
let database: TestDatabase;
let db: Db;
let listener: HintListener;
beforeAll(async () => {
  database = await cloneDatabase();
  db = openDb({ url: database.url, applicationName: "test", poolSize: 2, now: Date.now, log });
  listener = listenForHints({
    url: database.url,
    log,
    onHint: (hint) => heard.push(hint),
    onGap: () => (gaps += 1),
  });
  await until(() => listener.listening, { limitMs: 10_000, what: "the listener" });
});
afterAll(async () => {
  await listener.close();
  await db.close();
  await database.drop();
});

const hint = (id: string): Hint => ({ feature: "groups", cluster: "demo", id });

test("a hint reaches the listener when its transaction commits, and never when it rolls back", async () => {
  const failed = db.transaction(async (tx) => {
    await tx.hints.notify([hint("rolled back")]);
    throw new Error("no");
  });
  await expect(failed).rejects.toThrow("no");
  await db.transaction((tx) => tx.hints.notify([hint("a/b c%d"), hint("two")]));
  await until(() => heard.length === 2, { limitMs: 5_000, what: "two hints" });
  expect(heard).toEqual([hint("a/b c%d"), hint("two")]);
});

test("what is no hint is passed over", async () => {
  heard.length = 0;
  await withClient(database.url, async (client) => {
    for (const payload of [
      "nonsense",
      '{"feature":"nobody","cluster":null}',
      '{"feature":"groups","cluster":',
    ]) {
      await client.query("SELECT pg_notify('sluice_hint', $1)", [payload]);
    }
  });
  await db.hints.notify([hint("after")]);
  await until(() => heard.length > 0, { limitMs: 5_000, what: "the hint after" });
  expect(heard).toEqual([hint("after")]);
});

test("a broken connection is opened again, and the gap is told", async () => {
  heard.length = 0;
  const before = gaps;
  await withClient(database.url, (client) =>
    client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sluice-hints' AND datname = $1",
      [database.name],
    ),
  );
  await until(() => gaps > before, { limitMs: 15_000, what: "the listener is back" });
  await db.hints.notify([hint("again")]);
  await until(() => heard.length > 0, { limitMs: 5_000, what: "a hint after the gap" });
  expect(heard).toEqual([hint("again")]);
});
