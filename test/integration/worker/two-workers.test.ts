import { afterAll, beforeAll, expect, test } from "vitest";
import { v7 } from "uuid";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { LeaseTimes } from "#lib/domain/clusters/lease.ts";
import { makeLog } from "#lib/log.ts";
import { runWorker } from "#lib/worker/run-worker.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import { createTopics, topicPrefix } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { withClient } from "#test/support/template-database.ts";
import { until } from "#test/support/until.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";

const TIMES: LeaseTimes = { ttlMs: 2_000, renewMs: 500, contendMs: 200 };
const BEAT_MS = 500;
const CLUSTER = "shared";
const TOPIC = `${topicPrefix()}.order.created`;

let database: TestDatabase;
beforeAll(async () => {
  database = await cloneDatabase();
  await createTopics([{ topic: TOPIC, numPartitions: 1 }]);
});
afterAll(() => database.drop());

/** A worker in this process whose clock gives instants of one parity: a sample tells who wrote it. */
interface TestWorker {
  /** From now on its lease is not renewed, as if its process had been stopped; its sweeps go on. */
  freeze(): void;
  stop(): Promise<void>;
}

const startWorker = (parity: 0 | 1): TestWorker => {
  const now = (): number => Math.floor(Date.now() / 2) * 2 + parity;
  const log = makeLog("test", "silent");
  const db = openDb({ url: database.url, applicationName: "test", poolSize: 4, now, log });
  const bootstrap = testStack().kafkaBrokers.split(",");
  const kafka: KafkaCluster = openKafkaCluster({ bootstrap, clientId: "test", tls: null, sasl: null, now });
  let frozen = false;
  const leases: Db["leases"] = {
    ...db.leases,
    renew: (lease, ttlMs) => (frozen ? Promise.resolve(true) : db.leases.renew(lease, ttlMs)),
  };
  const cluster = {
    id: CLUSTER,
    name: CLUSTER,
    brokers: bootstrap,
    tls: null,
    sasl: null,
    readOnly: false,
    color: null,
    deadLetters: { previews: false, floodAt: 1_000_000 },
  };
  const config = {
    ...{ clusters: [cluster], databaseUrl: database.url, consoleUrl: null, signInSecret: null, demo: false },
    ...({ logLevel: "error", trustedProxies: [], openMetrics: false } as const),
    allowedLag: () => 0,
    ...{ databases: [], jobs: testJobTools().settings, choreographies: [], sagaCommandKey: null },
    history: { rawHours: 48, minuteDays: 7, tenMinuteDays: 30 },
  };
  const ended = new AbortController();
  const runtime = {
    config,
    db: { ...db, leases },
    kafka: () => kafka,
    log,
    now,
    newId: () => v7(),
    jobs: testJobTools(),
    sagas: testSagaTools(),
  };
  const running = runWorker(runtime, { signal: ended.signal, leaseTimes: TIMES, beatMs: BEAT_MS });
  return {
    freeze: () => (frozen = true),
    async stop() {
      ended.abort();
      await running;
      await kafka.close();
      await db.close();
    },
  };
};

/** The instants of the stored samples of our topic, oldest first. */
const samples = (): Promise<number[]> =>
  withClient(database.url, async (client) => {
    const { rows } = await client.query<{ at: Date }>(
      "SELECT e.at FROM end_sample e JOIN topic_series s ON s.id = e.series_id WHERE s.topic = $1 ORDER BY e.at",
      [TOPIC],
    );
    return rows.map(({ at }) => at.getTime());
  });
const writers = (instants: readonly number[]): number[] => [...new Set(instants.map((at) => at % 2))];

test("two workers write each sample once; one takes over from a frozen one, and from one that stops", async () => {
  const first = startWorker(0);
  await until(async () => (await samples()).length >= 3, {
    limitMs: 20_000,
    what: "samples of the first worker",
  });
  const second = startWorker(1);
  const before = (await samples()).length;
  await until(async () => (await samples()).length >= before + 4, { limitMs: 20_000, what: "more samples" });
  expect(writers(await samples())).toEqual([0]);

  first.freeze();
  await until(async () => writers(await samples()).length === 2, { limitMs: 20_000, what: "the takeover" });
  const taken = (await samples()).length;
  await until(async () => (await samples()).length >= taken + 4, {
    limitMs: 20_000,
    what: "samples after the takeover",
  });
  const all = await samples();
  const handover = all.findIndex((at) => at % 2 === 1);
  expect(writers(all.slice(handover))).toEqual([1]);
  expect(all[handover]! - all[handover - 1]!).toBeLessThan(TIMES.ttlMs + 5 * BEAT_MS + 3_000);
  await first.stop();

  const third = startWorker(0);
  await second.stop();
  const stoppedAt = (await samples()).at(-1)!;
  await until(async () => (await samples()).at(-1)! > stoppedAt, {
    limitMs: 20_000,
    what: "the third worker's samples",
  });
  const resumedAt = (await samples()).find((at) => at > stoppedAt)!;
  // A lease that was let go needs no waiting for its end.
  expect(resumedAt - stoppedAt).toBeLessThan(TIMES.ttlMs + 3_000);
  await third.stop();
});
