import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Kafka, logLevel } from "kafkajs";
import { Client } from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { applyMigrations } from "#scripts/migrate.ts";
import { startKafka, type KafkaHandle } from "#stack/kafka.ts";
import { startPostgres, type PostgresHandle } from "#stack/postgres.ts";
import { FAILPOINTS, type IndexPartSettings } from "./index-part.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const DIR = join(ROOT, ".sluice", "fault-index");
const SOURCE = "fault.order.placed";
const DLT = `${SOURCE}.dlt`;
const PARTITIONS = 3;
const RECORDS = 40_000;
/** A failure that was written twice: the second is a twin of the first. */
const TWINS_EVERY = 1_000;
const CLUSTER = "fault";

let postgres: PostgresHandle;
let kafka: KafkaHandle;
beforeAll(async () => {
  postgres = await startPostgres({ dir: join(DIR, "postgres"), fresh: true });
  kafka = await startKafka({ dir: join(DIR, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true });
  await applyMigrations(postgres.url);
  await fill();
});
afterAll(async () => {
  await kafka.stop();
  await postgres.stop();
});

async function fill(): Promise<void> {
  const client = new Kafka({
    clientId: "fault",
    brokers: kafka.brokers.split(","),
    logLevel: logLevel.NOTHING,
  });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: DLT, numPartitions: PARTITIONS }], waitForLeaders: true });
  await admin.disconnect();
  const producer = client.producer({ idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  for (let from = 0; from < RECORDS; from += 2_000) {
    const messages = Array.from({ length: 2_000 }, (_, n) => letter(from + n));
    await producer.send({ topic: DLT, messages });
  }
  await producer.disconnect();
  const cluster = openKafkaCluster({
    ...{
      bootstrap: kafka.brokers.split(","),
      clientId: "fault",
      tls: null,
      sasl: null,
      now: () => Date.now(),
    },
  });
  const logs = await cluster.topicLogs.read([DLT], AbortSignal.timeout(20_000));
  await cluster.close();
  await sql(
    `INSERT INTO topic_state (cluster, name, topic_id, role, partition_count, replication_factor, start_offsets,
      end_offsets, observed_at) VALUES ('${CLUSTER}', '${DLT}', '${logs.get(DLT)?.topicId}', 'base', ${PARTITIONS}, 1,
      '{}', '{}', now())`,
  );
}

function letter(n: number) {
  // The twin of the failure before it on its partition.
  const offset = n % TWINS_EVERY === TWINS_EVERY - 1 ? n - PARTITIONS : n;
  return {
    partition: n % PARTITIONS,
    key: `order-${offset}`,
    value: "{}",
    headers: {
      "event-id": `event-${offset}`,
      "dlt-topic": SOURCE,
      "dlt-partition": String(n % PARTITIONS),
      "dlt-offset": String(offset),
      "dlt-from": `${SOURCE}:${n % PARTITIONS}:${offset}`,
      "dlt-group": "billing",
      "dlt-cause": `Error${n % 7}`,
      "dlt-message": "no",
    },
  };
}

async function sql(statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Runs the index until it is killed or done; answers by which. */
async function runPart(kill: IndexPartSettings["kill"]): Promise<"killed" | "indexed"> {
  const settings: IndexPartSettings = {
    ...{ brokers: kafka.brokers, databaseUrl: postgres.url, cluster: CLUSTER, records: RECORDS, kill },
  };
  const child = spawn(process.execPath, [join(import.meta.dirname, "index-part.ts")], {
    env: { ...process.env, FAULT_INDEX: JSON.stringify(settings) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const said = await text(child.stdout);
  const [code, signal] = (await exited) as [number | null, string | null];
  if (signal === "SIGKILL") return "killed";
  if (code === 0 && said === "indexed\n") return "indexed";
  throw new Error(`The index ended with ${code ?? signal}.`);
}

it("killed at each failpoint, the index has one row a record, and its counts are those of its rows", async () => {
  const ends: string[] = [];
  for (const write of [1, 2]) for (const at of FAILPOINTS) ends.push(await runPart({ at, write }));
  expect(ends).toEqual(Array.from({ length: 6 }, () => "killed"));
  const [half] = await sql("SELECT count(*)::int AS n FROM dead_letter");
  expect(half?.["n"]).toBeGreaterThan(0);
  expect(half?.["n"]).toBeLessThan(RECORDS);
  expect(await runPart(null)).toBe("indexed");
  const [counted] = await sql(`SELECT
    (SELECT count(*)::int FROM dead_letter) AS rows,
    (SELECT count(DISTINCT (partition, record_offset))::int FROM dead_letter) AS records,
    (SELECT count(*)::int FROM dead_letter WHERE twin_offset IS NOT NULL) AS twins,
    (SELECT sum(count)::int FROM dead_letter_tally) AS tallied,
    (SELECT sum(count)::int FROM dead_letter_arrival WHERE step_s = 60) AS arrived,
    (SELECT min(key_count) FROM dead_letter_cause) AS keys`);
  const twins = RECORDS / TWINS_EVERY;
  expect(counted).toEqual({
    ...{ rows: RECORDS, records: RECORDS, twins },
    ...{ tallied: RECORDS - twins, arrived: RECORDS - twins, keys: 1_000 },
  });
});
