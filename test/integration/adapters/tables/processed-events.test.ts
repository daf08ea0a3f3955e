import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openProcessedEvents } from "#lib/adapters/tables/processed-events.ts";
import type { ProcessedLookup } from "#lib/adapters/tables/processed-lookup.ts";
import { makeLog } from "#lib/log.ts";
import { KIT_TABLES_SQL } from "#kit/tables.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";

let shop: TestDatabase;
let lookup: ProcessedLookup;
const log = makeLog("test", "error");
const signal = AbortSignal.timeout(30_000);

beforeAll(async () => {
  shop = await cloneDatabase();
  const client = new Client({ connectionString: shop.url });
  await client.connect();
  await client.query(KIT_TABLES_SQL);
  await client.query(
    `INSERT INTO processed_event (consumer_group, event_id, processed_at)
     SELECT 'billing', 'e-' || n, now() FROM generate_series(1, 2500) AS n WHERE n % 2 = 0`,
  );
  await client.end();
  lookup = openProcessedEvents({ databases: [{ id: "shop", url: shop.url, cluster: "one" }], log });
});
afterAll(async () => {
  await lookup.close();
  await shop.drop();
});

const asked = (group: string, cluster = "one") => ({
  ...{ cluster, group },
  eventIds: Array.from({ length: 2_500 }, (_, n) => `e-${n + 1}`),
});

test("processed events are told, more of them than one query asks for", async () => {
  const told = await lookup.processed(asked("billing"), signal);
  expect(told.state === "known" && told.processed.size).toBe(1_250);
  expect(told.state === "known" && told.processed.has("e-2") && !told.processed.has("e-1")).toBe(true);
  expect(await lookup.dedups({ cluster: "one", group: "billing" }, signal)).toBe("yes");
});

test.each([
  ["a group that no table knows", asked("audit"), "No processed-event table knows the group audit."],
  ["a cluster without databases", asked("billing", "two"), "names no database of this cluster"],
])("%s is unknown", async (_, question, reason) => {
  expect(await lookup.processed(question, signal)).toEqual({
    state: "unknown",
    reason: expect.stringContaining(reason) as string,
  });
  expect(await lookup.dedups(question, signal)).toBe("unknown");
});

test("a database that does not answer is unknown and stops nothing", async () => {
  const url = "postgres://nobody:secret@127.0.0.1:1/none";
  const away = openProcessedEvents({ databases: [{ id: "away", url, cluster: "one" }], log });
  const told = await away.processed(asked("billing"), signal);
  expect(told).toEqual({ state: "unknown", reason: "The database away could not be read." });
  await away.close();
});
