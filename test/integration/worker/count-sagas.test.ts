import { afterAll, beforeAll, expect, test } from "vitest";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import { LeaseLostError, type Lease } from "#lib/domain/clusters/lease.ts";
import { makeLog } from "#lib/log.ts";
import { countSagas } from "#lib/worker/loops/count-sagas.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import { installKitSagas, storeKitSagas, withClientOf } from "#test/support/kit-sagas.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 10, 23, 12);
const log = makeLog("test", "error");
let clock = START;
const now = (): number => clock;
let database: TestDatabase;
let shop: TestDatabase;
let db: Db;
let source: SagaSource;
let lease: Lease;

const open = (url: string): SagaSource =>
  openSagaSources({
    databases: [{ id: "shop", url, cluster: "one", sagas: [{ preset: "kit" }] }],
    ...{ refusal: () => null, now, log },
  })[0]!;

/** One beat of the loop, with what the shop's source answers now. */
async function beat(sources: SagaSource[], held = lease): Promise<void> {
  const once = new AbortController();
  const ended = {
    ...db,
    transaction: async (work: Parameters<Db["transaction"]>[0]) => {
      const answer = await db.transaction(work);
      once.abort();
      return answer;
    },
  } as Db;
  await countSagas({ db: ended, sagas: testSagaTools({ sources }), now, log }, held, once.signal);
  clock += MINUTE;
}

beforeAll(async () => {
  [database, shop] = await Promise.all([cloneDatabase(), cloneDatabase()]);
  db = openDb({ url: database.url, applicationName: "test", poolSize: 2, now, log });
  await installKitSagas(shop.url);
  source = open(shop.url);
  lease = (await db.leases.take({ name: "saga-counts", holder: "test", ttlMs: 600_000 }))!;
});
afterAll(async () => {
  await Promise.all([source.close(), db.close()]);
  await Promise.all([database.drop(), shop.drop()]);
});

const history = (of: { source?: string; type?: string } = {}, points = 240) =>
  db.sagaCounts.history({ fromAt: START - MINUTE, toAt: START + 60 * MINUTE, points }, of);

test("each minute is a sample, one that could not be read is unknown, and another holder ends the loop", async () => {
  await storeKitSagas(shop.url, [
    { id: "a", updatedAt: START, state: "completed" },
    { id: "b", updatedAt: START, type: "refund", dueAt: START + 3_600_000, wakeAt: START + 3_600_000 },
  ]);
  await beat([source]);
  await storeKitSagas(shop.url, [{ id: "c", updatedAt: START, parked: "timeout" }]);
  await beat([source]);
  const away = open("postgres://me:s3cret@127.0.0.1:1/none");
  await beat([away]);
  await away.close();
  await beat([source]);

  const all = await history();
  expect(
    all.map(({ at, counts }) => [(at - START) / MINUTE, counts.completed, counts.running, counts.stuck]),
  ).toEqual([
    [0, 1, 1, 0],
    [1, 1, 1, 1],
    [2, null, null, null],
    [3, 1, 1, 1],
  ]);
  expect((await history({ type: "refund" })).map(({ counts }) => counts.running)).toEqual([1, 1, null, 1]);
  expect(await history({ source: "other" })).toEqual([]);
  // One slot tells the last sample of each type, not their sum.
  expect((await history({}, 2)).map(({ counts }) => [counts.completed, counts.stuck])).toEqual([[1, 1]]);

  await withClientOf(database.url, (client) => client.query("UPDATE worker_lease SET epoch = epoch + 1"));
  await expect(beat([source])).rejects.toThrow(LeaseLostError);
  expect(await history()).toHaveLength(4);
});

test("samples are kept for 30 days", async () => {
  lease = { ...lease, epoch: lease.epoch + 1n };
  clock = START + 31 * 24 * 3_600_000;
  await beat([source]);
  expect(await history()).toEqual([]);
});
