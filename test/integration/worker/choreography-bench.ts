import { randomUUID } from "node:crypto";
import { Partitioners, type IHeaders } from "kafkajs";
import { Client } from "pg";
import { v7 } from "uuid";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { SagaSource, SourceQuery } from "#lib/adapters/tables/sagas/saga-source.ts";
import { choreographiesLease } from "#lib/domain/clusters/lease.ts";
import { topicsOf, type ChoreographyMap } from "#lib/domain/sagas/choreography.ts";
import type { Saga, SagaRow } from "#lib/domain/sagas/saga.ts";
import { makeLog } from "#lib/log.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { choreographySources } from "#lib/services/sagas/choreography-source.ts";
import { foldChoreographiesOf } from "#lib/worker/loops/fold-choreographies.ts";
import { cloneDatabase } from "#test/support/database.ts";
import { createTopics, testKafka, topicPrefix, withAdmin } from "#test/support/kafka.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";

export const CLUSTER = "test";
const HOUR_MS = 3_600_000;
const SIGNAL = new AbortController().signal;

/** An event as a service writes it. */
interface WrittenEvent {
  /** Behind the prefix. */
  topic: string;
  correlationId: string | null;
  eventId?: string;
  causationId?: string;
  /** Of `occurred-at`, epoch ms; now where absent. */
  at?: number;
  /** CreateTime of the record, epoch ms; now where absent. */
  stampedAt?: number;
  partition?: number;
  headers?: IHeaders;
}

/** The folding of choreographies on the run's broker and a database of its own, under a clock that can be put on. */
export interface ChoreographyBench {
  prefix: string;
  /** Of the database. */
  url: string;
  db: Db;
  kafka: KafkaCluster;
  /** What services of choreographies run on, for some maps. */
  ctx: (maps: readonly ChoreographyMap[]) => Pick<Ctx, "db" | "now" | "sagas">;
  source: (maps: readonly ChoreographyMap[]) => SagaSource;
  list: (map: ChoreographyMap, query?: Partial<SourceQuery>) => Promise<SagaRow[]>;
  get: (map: ChoreographyMap, correlationId: string) => Promise<Saga | null>;
  /** Makes the topics of a map whose names stand behind the prefix. */
  topics: (map: ChoreographyMap) => Promise<void>;
  /** The names of a map with the prefix before them. */
  prefixed: (map: ChoreographyMap) => ChoreographyMap;
  write: (...events: readonly WrittenEvent[]) => Promise<void>;
  pass: (ms: number) => void;
  now: () => number;
  /** Runs the worker's loop while `work` goes on, on another cluster where one is given. */
  folding: <T>(maps: readonly ChoreographyMap[], work: () => Promise<T>, on?: KafkaCluster) => Promise<T>;
  /** Runs the loop until a state is told of an instance. */
  folded: (map: ChoreographyMap, correlationId: string, state: Saga["state"]) => Promise<Saga>;
  sql: <Row extends Record<string, unknown>>(text: string, values?: unknown[]) => Promise<Row[]>;
  close: () => Promise<void>;
}

/** openChoreographyBench opens one. */
export async function openChoreographyBench(): Promise<ChoreographyBench> {
  const database = await cloneDatabase();
  const prefix = topicPrefix();
  const made: string[] = [];
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const log = makeLog("test", "error");
  const db = openDb({ url: database.url, applicationName: "test", poolSize: 4, now, log });
  const bootstrap = testStack().kafkaBrokers.split(",");
  const kafka = openKafkaCluster({ bootstrap, clientId: "sluice-test", tls: null, sasl: null, now });
  const named = (topic: string): string => `${prefix}.${topic}`;
  const ctx: ChoreographyBench["ctx"] = (maps) => ({
    db,
    now,
    sagas: testSagaTools({ choreographies: maps }),
  });
  const source: ChoreographyBench["source"] = (maps) => {
    const [found] = choreographySources(ctx(maps));
    if (found === undefined) throw new Error("the maps make a source");
    return found;
  };
  const get: ChoreographyBench["get"] = (map, correlationId) =>
    source([map]).get(map.type, correlationId, SIGNAL);
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
  const folding: ChoreographyBench["folding"] = async (maps, work, on = kafka) => {
    const ended = new AbortController();
    const name = choreographiesLease(CLUSTER);
    const lease = await db.leases.take({ name, holder: randomUUID(), ttlMs: HOUR_MS });
    if (lease === null) throw new Error("nobody else holds the lease of a database of its own");
    const running = foldChoreographiesOf(
      { cluster: CLUSTER, maps, kafka: on, db, now, log, beatMs: 50, eventsABatch: 300 },
      lease,
      ended.signal,
    );
    // It may fail before it is awaited below.
    running.catch(() => undefined);
    try {
      return await work();
    } finally {
      ended.abort();
      await running;
      await db.leases.release(lease);
    }
  };
  return {
    ...{ prefix, url: database.url, db, kafka, ctx, source, get, sql, folding, now },
    list: (map, query = {}) => source([map]).list({ after: null, limit: 50, ...query }, SIGNAL),
    async topics(map) {
      const names = topicsOf(map);
      await createTopics(names.map((topic) => ({ topic, numPartitions: 2, replicationFactor: 1 })));
      made.push(...names);
    },
    prefixed: (map) => ({
      ...map,
      starts: map.starts.map(named),
      rules: map.rules.map((rule) => ({ ...rule, event: named(rule.event), next: rule.next.map(named) })),
      compensations: map.compensations.map(named),
      completes: map.completes.map(named),
      compensates: map.compensates.map(named),
    }),
    async write(...events) {
      const producer = testKafka().producer({
        ...{ idempotent: true, maxInFlightRequests: 1 },
        createPartitioner: Partitioners.DefaultPartitioner,
      });
      await producer.connect();
      const topicMessages = [...Map.groupBy(events, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
        topic: named(topic),
        messages: ofTopic.map(({ stampedAt = now(), partition = 0, ...event }) => ({
          ...{ partition, key: event.correlationId, value: "{}", headers: headersOf(event, now()) },
          timestamp: String(stampedAt),
        })),
      }));
      await producer.sendBatch({ topicMessages });
      await producer.disconnect();
    },
    pass: (ms) => {
      ahead += ms;
    },
    folded: (map, correlationId, state) =>
      folding([map], async () => {
        await until(async () => (await get(map, correlationId))?.state === state, {
          ...{ limitMs: 30_000, everyMs: 50, what: `${correlationId} ${state}` },
        });
        const saga = await get(map, correlationId);
        if (saga === null) throw new Error("it was there a moment ago");
        return saga;
      }),
    async close() {
      await kafka.close();
      await db.close();
      await database.drop();
      await withAdmin((admin) => admin.deleteTopics({ topics: made })).catch(() => undefined);
    },
  };
}

function headersOf(
  { correlationId, eventId = v7(), causationId, at, headers = {} }: Omit<WrittenEvent, "topic">,
  now: number,
): IHeaders {
  return {
    "event-id": eventId,
    "occurred-at": new Date(at ?? now).toISOString(),
    producer: "orders",
    ...(correlationId === null ? {} : { "correlation-id": correlationId }),
    ...(causationId === undefined ? {} : { "causation-id": causationId }),
    ...headers,
  };
}
