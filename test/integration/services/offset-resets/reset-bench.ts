import { randomUUID } from "node:crypto";
import { Partitioners, type Kafka } from "kafkajs";
import { Client } from "pg";
import { v7 } from "uuid";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { OffsetReset, ResetScope, ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import { makeLog } from "#lib/log.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { applyOffsetReset } from "#lib/services/offset-resets/apply-offset-reset.ts";
import { getOffsetReset } from "#lib/services/offset-resets/get-offset-reset.ts";
import { lookAfterResets } from "#lib/services/offset-resets/look-after-resets.ts";
import { planOffsetReset } from "#lib/services/offset-resets/plan-offset-reset.ts";
import { undoOffsetReset } from "#lib/services/offset-resets/undo-offset-reset.ts";
import { cloneDatabase } from "#test/support/database.ts";
import { createTopics, testKafka, topicPrefix, withAdmin } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";

export const CLUSTER = "test";

/** The services of offset resets on the run's broker and a database of their own, under a clock that can be put on. */
export interface ResetBench {
  prefix: string;
  db: Db;
  ctx: Ctx;
  /** Lets time pass on the services' clock, ms. */
  pass: (ms: number) => void;
  /** A topic with this many records, each of its own instant, on each partition; answers its name. */
  topic: (name: string, counts: readonly number[], at?: (offset: number) => number) => Promise<string>;
  /** Writes commits as a consumer without membership does; answers the group's id. */
  group: (name: string, commits: Record<string, (number | null)[]>) => Promise<string>;
  /** The same as a kafkajs member that has left, which takes 5 s a topic. */
  memberGroup: (name: string, commits: Record<string, (number | null)[]>) => Promise<string>;
  /** The commits of a group on a topic as kafkajs reads them; null is "no commit". */
  commits: (group: string, topic: string) => Promise<(number | null)[]>;
  plan: (group: string, target: ResetTarget, scope?: ResetScope) => Promise<OffsetReset>;
  apply: (reset: OffsetReset, change?: Partial<Ctx>) => Promise<OffsetReset>;
  undo: (reset: OffsetReset) => Promise<OffsetReset>;
  get: (reset: OffsetReset) => Promise<OffsetReset>;
  /** One round of what the worker does. */
  look: () => Promise<number>;
  sql: (text: string, values?: unknown[]) => Promise<Record<string, unknown>[]>;
  close: () => Promise<void>;
}

/** openResetBench opens one. */
export async function openResetBench(): Promise<ResetBench> {
  const database = await cloneDatabase();
  const prefix = topicPrefix();
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const log = makeLog("test", "error");
  const db = openDb({ url: database.url, applicationName: "test", poolSize: 4, now, log });
  const kafka = openKafkaCluster({
    ...{
      bootstrap: testStack().kafkaBrokers.split(","),
      clientId: "sluice-test",
      tls: null,
      sasl: null,
      now,
    },
  });
  const ctx: Ctx = {
    actor: {
      ...{ kind: "user", userId: randomUUID(), email: "ana@example.com", name: "Ana", role: "operator" },
      sessionId: randomUUID(),
    },
    ...{ now, log, db, requestId: "test", newId: () => v7(), signal: new AbortController().signal },
    clusters: [{ id: CLUSTER, name: "Test", color: null, readOnly: false }],
    kafka: () => kafka,
    jobs: testJobTools(),
    sagas: testSagaTools(),
  };
  const params = (reset: OffsetReset) => ({ cluster: CLUSTER, group: reset.group, id: reset.id });
  return {
    ...{ prefix, db, ctx },
    pass: (ms) => {
      ahead += ms;
    },
    topic: (name, counts, at) => makeTopic(`${prefix}.${name}`, counts, at),
    async group(name, commits) {
      const group = `${prefix}-${name}`;
      const written = Object.entries(commits).flatMap(([topic, offsets]) =>
        offsets.flatMap((offset, partition) =>
          offset === null
            ? []
            : [{ topic, partition, commit: { offset: BigInt(offset), leaderEpoch: null, metadata: "" } }],
        ),
      );
      const refused = await kafka.groupAdmin.commitOffsets(group, written, AbortSignal.timeout(30_000));
      if (refused.length > 0) throw new Error(`The test's commits were refused: ${JSON.stringify(refused)}`);
      return group;
    },
    memberGroup: (name, commits) => commitAll(`${prefix}-${name}`, commits),
    commits: readCommits,
    plan: (group, target, scope = { kind: "all" }) =>
      planOffsetReset(ctx, { params: { cluster: CLUSTER, group }, query: {}, body: { target, scope } }),
    apply: (reset, change = {}) =>
      applyOffsetReset(
        { ...ctx, ...change },
        { params: params(reset), query: {}, body: { reason: "a test" } },
      ),
    undo: (reset) => undoOffsetReset(ctx, { params: params(reset), query: {}, body: { reason: "a test" } }),
    get: (reset) => getOffsetReset(ctx, { params: params(reset), query: {}, body: undefined }),
    look: () => lookAfterResets({ ...ctx, guard: () => Promise.resolve() }),
    sql: (text, values = []) => runSql(database.url, text, values),
    async close() {
      await kafka.close();
      await db.close();
      await database.drop();
    },
  };
}

async function makeTopic(
  topic: string,
  counts: readonly number[],
  at: (offset: number) => number = () => Date.now(),
): Promise<string> {
  await createTopics([{ topic, numPartitions: counts.length, replicationFactor: 1 }]);
  await produce(testKafka(), topic, counts, at);
  return topic;
}

/** Sends this many records to each partition. */
export async function produce(
  kafka: Kafka,
  topic: string,
  counts: readonly number[],
  at: (offset: number) => number = () => Date.now(),
): Promise<void> {
  const producer = kafka.producer({
    // A record that is sent again must not be there twice.
    ...{ idempotent: true, maxInFlightRequests: 1 },
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const messages = counts.flatMap((count, partition) =>
    Array.from({ length: count }, (_, offset) => ({
      ...{ partition, key: `${partition}-${offset}`, value: "x" },
      timestamp: String(at(offset)),
    })),
  );
  await producer.send({ topic, messages });
  await producer.disconnect();
}

async function commitAll(groupId: string, commits: Record<string, (number | null)[]>): Promise<string> {
  await withAdmin(async (admin) => {
    for (const [topic, offsets] of Object.entries(commits)) {
      const partitions = offsets.flatMap((offset, partition) =>
        offset === null ? [] : [{ partition, offset: String(offset) }],
      );
      await admin.setOffsets({ groupId, topic, partitions });
    }
  });
  return groupId;
}

async function readCommits(groupId: string, topic: string): Promise<(number | null)[]> {
  return withAdmin(async (admin) => {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return (found?.partitions ?? [])
      .sort((a, b) => a.partition - b.partition)
      .map(({ offset }) => (offset === "-1" ? null : Number(offset)));
  });
}

async function runSql(url: string, text: string, values: unknown[]): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** The code of the AppError that a call is refused with. */
export async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "no error",
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );
}
