import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Kafka, logLevel, type SASLOptions } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startKafka, type KafkaHandle } from "#stack/kafka.ts";
import { findProcess } from "#stack/process-table.ts";
import { until } from "#test/support/until.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const CACHE = join(ROOT, ".cache");

describe("startKafka", () => {
  let dir: string;
  let broker: KafkaHandle;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "sluice-kafka-"));
    broker = await startKafka({ dir, cacheDir: CACHE, saslSsl: true });
  }, 240_000);
  afterAll(async () => {
    await broker.stop();
    await rm(dir, { recursive: true, force: true });
  });

  const plain = () => new Kafka({ brokers: [broker.brokers], logLevel: logLevel.NOTHING });
  const secured = (sasl: SASLOptions) =>
    new Kafka({
      brokers: [broker.saslSsl!.brokers],
      ssl: { ca: [broker.saslSsl!.caPem] },
      sasl,
      logLevel: logLevel.NOTHING,
      retry: { retries: 0 },
    });
  const records = async (): Promise<string> => {
    const admin = plain().admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets("kept");
    await admin.disconnect();
    return offsets.map(({ high }) => high).join();
  };

  it.each(["plain", "scram-sha-256", "scram-sha-512"] as const)(
    "lets its user in over TLS by %s",
    async (mechanism) => {
      const { username, password } = broker.saslSsl!;
      const admin = secured({ mechanism, username, password }).admin();
      await admin.connect();
      expect((await admin.describeCluster()).brokers).toHaveLength(1);
      await admin.disconnect();
    },
  );

  it("refuses a wrong password", async () => {
    const admin = secured({ mechanism: "scram-sha-256", username: "sluice", password: "wrong" }).admin();
    await expect(admin.connect()).rejects.toThrow(/authentication/i);
  });

  it("keeps the password out of the log and its files closed to others", async () => {
    expect(await readFile(broker.logFile, "utf8")).not.toContain(broker.saslSsl!.password);
    for (const name of ["server.properties", "broker.json", "broker.log"]) {
      expect((await stat(join(dir, name))).mode & 0o077, name).toBe(0);
    }
  });

  it("makes no topic by itself", async () => {
    const producer = plain().producer({ allowAutoTopicCreation: true, retry: { retries: 0 } });
    await producer.connect();
    await expect(producer.send({ topic: "never-made", messages: [{ value: "x" }] })).rejects.toThrow();
    await producer.disconnect();
    const admin = plain().admin();
    await admin.connect();
    expect(await admin.listTopics()).not.toContain("never-made");
    await admin.disconnect();
  });

  it("comes back with its records and on its port after SIGKILL and after a stop", async () => {
    const admin = plain().admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: "kept", numPartitions: 1 }] });
    await admin.disconnect();
    const producer = plain().producer();
    await producer.connect();
    await producer.send({ topic: "kept", messages: [{ value: "1" }, { value: "2" }] });
    await producer.disconnect();
    const { port } = broker;
    await broker.kill();
    expect(broker.pid).toBeUndefined();
    await broker.start();
    expect(broker.port).toBe(port);
    await until(async () => (await records()) === "2", {
      limitMs: 20_000,
      what: "both records after SIGKILL",
    });
    await broker.stop();
    await broker.start();
    await until(async () => (await records()) === "2", {
      limitMs: 20_000,
      what: "both records after a stop",
    });
  }, 120_000);

  it("refuses a folder whose broker belongs to a living process, and takes it over from a dead one", async () => {
    const script = `
      import { startKafka } from ${JSON.stringify(new URL("../../../stack/kafka.ts", import.meta.url).href)};
      const broker = await startKafka({ dir: ${JSON.stringify(join(dir, "other"))}, cacheDir: ${JSON.stringify(CACHE)} });
      console.log(broker.pid);
      setInterval(() => undefined, 1000);`;
    const owner = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(owner, "exit");
    const options = { dir: join(dir, "other"), cacheDir: CACHE };
    let left: number;
    try {
      const [line] = (await once(owner.stdout, "data")) as [Buffer];
      left = Number(line.toString().trim());
      expect(findProcess(left)).toBeDefined();
      await expect(startKafka(options)).rejects.toThrow(`is in use by process ${owner.pid}`);
    } finally {
      owner.kill("SIGKILL");
      await exited;
    }
    const successor = await startKafka(options);
    expect(findProcess(left)).toBeUndefined();
    await successor.stop();
  }, 120_000);
});
