import { randomUUID } from "node:crypto";
import { Partitioners, type IHeaders } from "kafkajs";
import { Client } from "pg";
import { v7 } from "uuid";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { Role } from "#lib/domain/access/role.ts";
import { indexLease } from "#lib/domain/clusters/lease.ts";
import { makeLog } from "#lib/log.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import type { IndexSettings } from "#lib/services/dead-letters/index-settings.ts";
import { indexDeadLetters } from "#lib/worker/loops/index-dead-letters.ts";
import { cloneDatabase } from "#test/support/database.ts";
import { createTopics, testKafka, topicPrefix, withAdmin } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";

export const CLUSTER = "test";
const HOUR_MS = 3_600_000;

/** What the kit writes of one failure. */
export interface KitFailure {
  topic: string;
  partition?: number;
  offset: number;
  group?: string;
  key?: string | null;
  value?: string | null;
  cause?: string;
  message?: string;
  stack?: string;
  eventId?: string;
  at?: number;
  /** Of the dead-letter topic. */
  to?: number;
}

/** The index of dead letters on the run's broker and a database of its own, under a clock that can be put on. */
export interface DeadLetterBench {
  prefix: string;
  db: Db;
  kafka: KafkaCluster;
  ctx: Ctx;
  as: (role: Role) => Ctx;
  pass: (ms: number) => void;
  /** Makes topics by their names behind the prefix, and tells the database of them as a sweep does. */
  topics: (...names: string[]) => Promise<string[]>;
  /** Tells the database of all topics made here, as a sweep does. */
  sweep: () => Promise<void>;
  /** Writes dead letters as the kit does. */
  fail: (deadLetterTopic: string, failures: readonly KitFailure[]) => Promise<void>;
  /** Runs the worker's loop while `work` goes on. */
  indexing: <T>(
    work: () => Promise<T>,
    settings?: Partial<IndexSettings>,
    times?: { turnMs?: number },
  ) => Promise<T>;
  /** Runs the worker's loop until the database has so many rows. */
  indexed: (rows: number, settings?: Partial<IndexSettings>) => Promise<void>;
  sql: <Row extends Record<string, unknown>>(text: string, values?: unknown[]) => Promise<Row[]>;
  close: () => Promise<void>;
}

/** openDeadLetterBench opens one. */
export async function openDeadLetterBench(): Promise<DeadLetterBench> {
  const database = await cloneDatabase();
  const prefix = topicPrefix();
  const made: string[] = [];
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const log = makeLog("test", "warn");
  const db = openDb({ url: database.url, applicationName: "test", poolSize: 4, now, log });
  const bootstrap = testStack().kafkaBrokers.split(",");
  const kafka = openKafkaCluster({ bootstrap, clientId: "sluice-test", tls: null, sasl: null, now });
  const as = (role: Role): Ctx => ({
    actor: {
      ...{ kind: "user", userId: randomUUID(), email: "ana@example.com", name: "Ana", role },
      sessionId: randomUUID(),
    },
    ...{ now, log, db, requestId: "test", newId: () => v7(), signal: new AbortController().signal },
    clusters: [{ id: CLUSTER, name: "Test", color: null, readOnly: false }],
    kafka: () => kafka,
    jobs: testJobTools(),
    sagas: testSagaTools(),
  });
  const sql = async <Row extends Record<string, unknown>>(
    text: string,
    values: unknown[] = [],
  ): Promise<Row[]> => {
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  };
  const sweep = async (): Promise<void> => {
    const logs = await kafka.topicLogs.read(made, AbortSignal.timeout(20_000));
    await sql("DELETE FROM topic_state");
    for (const { topic, topicId, partitions } of logs.values()) {
      await sql(
        `INSERT INTO topic_state (cluster, name, topic_id, role, partition_count, replication_factor, start_offsets,
          end_offsets, cleanup_policy, retention_ms, observed_at)
         VALUES ($1, $2, $3, 'base', $4, 1, '{}', '{}', 'delete', $5, now())`,
        [CLUSTER, topic, topicId, partitions.length, 7 * 24 * HOUR_MS],
      );
    }
  };
  const indexing: DeadLetterBench["indexing"] = async (work, settings = {}, times = {}) => {
    const ended = new AbortController();
    const lease = await db.leases.take({ name: indexLease(CLUSTER), holder: "test", ttlMs: HOUR_MS });
    if (lease === null) throw new Error("nobody else holds the lease of a database of its own");
    const loop = {
      ...{ cluster: CLUSTER, kafka, db, keepsKey: () => true, now, log, beatMs: 50 },
      settings: { previews: false, floodAt: 1_000_000, ...settings },
      ...times,
    };
    const running = indexDeadLetters(loop, lease, ended.signal);
    try {
      return await work();
    } finally {
      ended.abort();
      await running;
    }
  };
  return {
    ...{ prefix, db, kafka, ctx: as("operator"), as, sweep, sql, indexing },
    pass: (ms) => {
      ahead += ms;
    },
    async topics(...names) {
      const topics = names.map((name) => `${prefix}.${name}`);
      await createTopics(topics.map((topic) => ({ topic, numPartitions: 2, replicationFactor: 1 })));
      made.push(...topics);
      await sweep();
      return topics;
    },
    fail: produceFailures,
    indexed: (rows, settings) =>
      indexing(
        () =>
          until(async () => (await sql("SELECT 1 FROM dead_letter")).length >= rows, {
            ...{ limitMs: 20_000, everyMs: 50, what: `${rows} rows` },
          }),
        settings,
      ).then(() => undefined),
    async close() {
      await kafka.close();
      await db.close();
      await database.drop();
      await withAdmin((admin) => admin.deleteTopics({ topics: made })).catch(() => undefined);
    },
  };
}

/** The headers of the kit's dead letters. */
export function kitHeaders(failure: KitFailure): IHeaders {
  const { topic, partition = 0, offset, group = "billing", cause = "PaymentError", eventId = v7() } = failure;
  return {
    "event-id": eventId,
    "event-type": topic,
    "dlt-topic": topic,
    "dlt-partition": String(partition),
    "dlt-offset": String(offset),
    "dlt-timestamp": String(failure.at ?? Date.now()),
    "dlt-from": `${topic}:${partition}:${offset}`,
    "dlt-group": group,
    "dlt-attempts": "3",
    "dlt-exception": "Error",
    "dlt-cause": cause,
    "dlt-message": failure.message ?? `The card of order ${offset} was declined.`,
    "dlt-stack": failure.stack ?? `${cause}: no\n    at charge (/srv/billing/src/charge.ts:12:3)`,
    "dlt-failed-at": new Date(failure.at ?? Date.now()).toISOString(),
  };
}

async function produceFailures(topic: string, failures: readonly KitFailure[]): Promise<void> {
  const producer = testKafka().producer({
    ...{ idempotent: true, maxInFlightRequests: 1 },
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const messages = failures.map((failure) => ({
    partition: failure.to ?? 0,
    key: failure.key === undefined ? `order-${failure.offset}` : failure.key,
    value: failure.value === undefined ? JSON.stringify({ order: failure.offset }) : failure.value,
    headers: kitHeaders(failure),
    ...(failure.at === undefined ? {} : { timestamp: String(failure.at) }),
  }));
  await producer.send({ topic, messages });
  await producer.disconnect();
}
