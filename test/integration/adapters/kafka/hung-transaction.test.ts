import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ClusterBook } from "#lib/domain/sweep/cluster-book.ts";
import { SWEEP_PARTS } from "#lib/domain/sweep/observation.ts";
import type { OpenTransaction } from "#lib/domain/topics/open-transaction.ts";
import { startKafka, type KafkaHandle } from "#stack/kafka.ts";
import { until } from "#test/support/until.ts";
import { connect } from "./open-test-cluster.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");
const TOPIC = "order.payment.taken";
const TIMEOUT_MS = 1_000;

let dir: string;
let broker: KafkaHandle;

/** A coordinator that looks for timed-out transactions once in an hour: what it should have ended stays open. */
beforeAll(async () => {
  dir = await mkdtemp(join(ROOT, ".sluice", "hung-"));
  broker = await startKafka({
    dir: join(dir, "kafka"),
    cacheDir: join(ROOT, ".cache"),
    heapMb: 256,
    properties: { "transaction.abort.timed.out.transaction.cleanup.interval.ms": "3600000" },
  });
}, 120_000);
afterAll(async () => {
  await broker.stop();
  await rm(dir, { recursive: true, force: true });
}, 60_000);

test("a transaction that its coordinator never ends is told as hung, and as gone once it is aborted", async () => {
  const kafka = new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    ...{ transactionalId: "payments-1", transactionTimeout: TIMEOUT_MS, idempotent: true },
    maxInFlightRequests: 1,
    retry: { initialRetryTime: 20, retries: 40 },
  });
  await Promise.all([admin.connect(), producer.connect()]);
  const cluster = connect({ bootstrap: [broker.brokers] });
  const book = new ClusterBook({ allowedLag: () => 0 });
  const look = async (): Promise<OpenTransaction[]> => {
    const seen = await cluster.sweep(new Set(SWEEP_PARTS), AbortSignal.timeout(30_000));
    return book.record(seen).transactions ?? [];
  };
  try {
    await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }], waitForLeaders: true });
    const transaction = await producer.transaction();
    await transaction.send({ topic: TOPIC, messages: [{ value: "a" }, { value: "b" }, { value: "c" }] });

    expect(await look()).toMatchObject([
      { topic: TOPIC, transactionalId: "payments-1", backlog: 3, timeoutMs: TIMEOUT_MS, hung: false },
    ]);
    const hung = await until(
      async () => {
        const [found] = await look();
        return found?.hung === true ? found : null;
      },
      { limitMs: 20_000, everyMs: 400, what: "the transaction is told as hung" },
    );
    expect(hung).toMatchObject({ startOffset: 0n, backlog: 3, transactionalId: "payments-1" });

    await transaction.abort();
    await until(async () => (await look()).length === 0, {
      limitMs: 20_000,
      everyMs: 200,
      what: "the transaction is gone",
    });
  } finally {
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  }
}, 60_000);
