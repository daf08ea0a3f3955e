import { v7 } from "uuid";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { ClusterBook } from "#lib/domain/sweep/cluster-book.ts";
import type { ClusterObservation, ObservedGroup, ObservedTopic } from "#lib/domain/sweep/observation.ts";
import { makeLog, type Log } from "#lib/log.ts";
import { recordSweep } from "#lib/services/clusters/record-sweep.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";

export const BEAT_MS = 10_000;
export const CLUSTER = "demo";

/** A log that only tells what a test would want to see. */
const quietLog = (): Log => makeLog("test", "error");

/** A topic as a sweep sees it, with these ends. */
export const topic = (
  name: string,
  ends: (bigint | null)[],
  change: Partial<ObservedTopic> = {},
): ObservedTopic => ({
  name,
  topicId: `00000000-0000-4000-8000-${Buffer.from(name).toString("hex").padStart(12, "0").slice(-12)}`,
  internal: false,
  partitions: ends.map(() => ({ leaderId: 1, replicaIds: [1], isrIds: [1] })),
  ends,
  ...change,
});

/** A classic group as a sweep sees it, with these commits. */
export const group = (
  id: string,
  commits: Record<string, (bigint | null)[]> | null,
  change: Partial<ObservedGroup> = {},
): ObservedGroup => ({
  id,
  kind: "classic",
  state: "stable",
  protocolType: "consumer",
  coordinatorId: 1,
  commits: commits === null ? null : new Map(Object.entries(commits)),
  shares: null,
  ...change,
});

/** A database of its own with one cluster, and sweeps of it that are told rather than made. */
export interface ObservedCluster {
  database: TestDatabase;
  db: Db;
  ctx: Ctx;
  /** Stores a sweep that saw this, by the worker's own way. */
  sweep(
    seen: { at: number; topics: ObservedTopic[]; groups: ObservedGroup[] } & Partial<
      Omit<ClusterObservation, "topics">
    >,
  ): Promise<void>;
  close(): Promise<void>;
}

/** openObservedCluster opens one; `now` is the clock of its services. */
export async function openObservedCluster(now: () => number): Promise<ObservedCluster> {
  const database = await cloneDatabase();
  const log = quietLog();
  const db = openDb({ url: database.url, applicationName: "test", poolSize: 4, now, log });
  const lease = await db.leases.take({ name: `sweep:${CLUSTER}`, holder: "test", ttlMs: 600_000 });
  if (lease === null) throw new Error("a fresh database has no other holder");
  const book = new ClusterBook({ allowedLag: () => 0 });
  let written = await db.sweeps.written(CLUSTER);
  const nowhere = {
    bootstrap: ["127.0.0.1:1"],
    clientId: "test",
    tls: null,
    sasl: null,
    now,
    connectTimeoutMs: 500,
  };
  const kafka = openKafkaCluster(nowhere);
  const ctx: Ctx = {
    ...{
      actor: { kind: "worker" },
      requestId: "test",
      signal: new AbortController().signal,
      now,
      newId: () => v7(),
      log,
      db,
    },
    clusters: [{ id: CLUSTER, name: "Demo", color: null, readOnly: false }],
    kafka: () => kafka,
    jobs: testJobTools(),
    sagas: testSagaTools(),
  };
  return {
    database,
    db,
    ctx,
    async sweep({ at, topics, groups, ...change }) {
      const seen: ClusterObservation = {
        ...{
          at,
          durationMs: 20,
          requests: 3,
          kafkaClusterId: "kafka-1",
          controllerId: 1,
          groupsComplete: true,
        },
        brokers: [{ id: 1, host: "h", port: 9092, rack: null }],
        topics: new Map(topics.map((each) => [each.name, each])),
        groups,
        ...{ members: null, starts: null, configs: null, sizes: null, failures: [] },
        ...{ stables: null, transactions: null, offsetsRetentionMs: null },
        ...change,
      };
      written = await recordSweep({ db }, { cluster: CLUSTER, lease, snapshot: book.record(seen), written });
    },
    async close() {
      await kafka.close();
      await db.close();
      await database.drop();
    },
  };
}
