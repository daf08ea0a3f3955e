import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { v7 } from "uuid";
import { DatabaseUnreachableError } from "#lib/adapters/db/database-unreachable.ts";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { makeLog } from "#lib/log.ts";
import { runWorker } from "#lib/worker/run-worker.ts";
import { applyMigrations } from "#scripts/migrate.ts";
import { startKafka, type KafkaHandle } from "#stack/kafka.ts";
import { startPostgres, type PostgresHandle } from "#stack/postgres.ts";
import { until } from "#test/support/until.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const CLUSTER = "mine";
const FAST = { ttlMs: 3_000, renewMs: 800, contendMs: 300 };

let dir: string;
let postgres: PostgresHandle;
let kafka: KafkaHandle;
let db: Db;
let client: KafkaCluster;
let running: Promise<void>;
const ended = new AbortController();

beforeAll(async () => {
  dir = await mkdtemp(join(ROOT, ".sluice", "heals-"));
  const cacheDir = join(ROOT, ".cache");
  [postgres, kafka] = await Promise.all([
    startPostgres({ dir: join(dir, "postgres") }),
    startKafka({ dir: join(dir, "kafka"), cacheDir, heapMb: 256 }),
  ]);
  await applyMigrations(postgres.url);
  const log = makeLog("test", "silent");
  const now = Date.now;
  db = openDb({ url: postgres.url, applicationName: "test", poolSize: 5, now, log });
  const brokers = [kafka.brokers];
  client = openKafkaCluster({ bootstrap: brokers, clientId: "test", tls: null, sasl: null, now });
  const cluster = {
    id: CLUSTER,
    name: CLUSTER,
    brokers,
    tls: null,
    sasl: null,
    readOnly: false,
    color: null,
    deadLetters: { previews: false, floodAt: 1_000_000 },
  };
  const config = {
    ...{ clusters: [cluster], databaseUrl: postgres.url, consoleUrl: null, signInSecret: null, demo: false },
    ...({ logLevel: "error", trustedProxies: [], openMetrics: false } as const),
    allowedLag: () => 0,
    ...{ databases: [], jobs: testJobTools().settings, choreographies: [], sagaCommandKey: null },
    history: { rawHours: 48, minuteDays: 7, tenMinuteDays: 30 },
  };
  const tools = { jobs: testJobTools(), sagas: testSagaTools() };
  const runtime = { config, db, kafka: () => client, log, now, newId: () => v7(), ...tools };
  running = runWorker(runtime, { signal: ended.signal, leaseTimes: FAST, beatMs: 1_000 });
}, 180_000);
afterAll(async () => {
  ended.abort();
  await running;
  await client.close();
  await db.close();
  await kafka.stop();
  await postgres.stop();
  await rm(dir, { recursive: true, force: true });
}, 120_000);

const state = async () => (await db.clusters.states()).get(CLUSTER);
const sampledAfter = (at: number): Promise<boolean> =>
  until(async () => ((await state())?.sampledAt ?? 0) > at, {
    limitMs: 30_000,
    everyMs: 200,
    what: "a sample",
  });

test("a broker that is killed is unreachable since then, and heals when it is back", async () => {
  await sampledAfter(0);
  const killedAt = Date.now();
  await kafka.kill();
  const away = await until(async () => ((await state())?.reachable === false ? state() : null), {
    limitMs: 30_000,
    everyMs: 200,
    what: "the cluster is unreachable",
  });
  expect(away.sinceAt).toBeGreaterThanOrEqual(killedAt);
  expect(away.reason).toMatch(new RegExp(`^${kafka.brokers}: .*\\.$`));
  const later = await until(async () => ((await state())!.observedAt > away.observedAt ? state() : null), {
    limitMs: 30_000,
    what: "the worker looks again",
  });
  expect(later.sinceAt).toBe(away.sinceAt);
  await kafka.start();
  await until(async () => (await state())?.reachable, {
    limitMs: 30_000,
    everyMs: 200,
    what: "the cluster answers again",
  });
  await sampledAfter(Date.now());
}, 120_000);

test("a database that is killed is unreachable since then, and heals when it is back", async () => {
  const killedAt = Date.now();
  await postgres.kill();
  const error = await until(
    () =>
      db.groups.count({ cluster: CLUSTER }).then(
        () => null,
        (thrown: unknown) => thrown,
      ),
    { limitMs: 15_000, what: "the database is away" },
  );
  expect(error).toBeInstanceOf(DatabaseUnreachableError);
  const again = await db.ping().catch((thrown: unknown) => thrown);
  expect(again).toBeInstanceOf(DatabaseUnreachableError);
  expect((again as DatabaseUnreachableError).sinceAt).toBeGreaterThanOrEqual(killedAt - 1_000);
  expect(db.unreachableSinceAt).toBe((again as DatabaseUnreachableError).sinceAt);
  await expect(
    db.transaction((tx) => tx.leases.take({ name: "x", holder: "x", ttlMs: 1 })),
  ).rejects.toBeInstanceOf(DatabaseUnreachableError);
  await postgres.start();
  await sampledAfter(Date.now());
  expect(db.unreachableSinceAt).toBeNull();
}, 120_000);
