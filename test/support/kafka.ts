import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import { Kafka, KafkaJSError, logLevel, type Admin, type ITopicConfig } from "kafkajs";
import { testStack } from "./stack.ts";
import { until } from "./until.ts";

const run = promisify(execFile);
const TOOL_LIMIT_MS = 60_000;
const LEADERS_LIMIT_MS = 20_000;

/** A prefix that no other file uses: letters and digits, so that it can be the first segment of a topic's name. */
export function topicPrefix(): string {
  return `t${randomBytes(4).toString("hex")}`;
}

/** A quiet kafkajs client of this run's broker. */
export function testKafka(clientId = "test"): Kafka {
  return new Kafka({ clientId, brokers: testStack().kafkaBrokers.split(","), logLevel: logLevel.NOTHING });
}

/** Runs `work` with a connected kafkajs admin client and disconnects it. */
export async function withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = testKafka("test-admin").admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}

/**
 * Makes topics and waits until each partition's leader answers for it. A broker tells a leader from its metadata before
 * it leads, and a plain producer's records for two partitions are sent twice to one when the other refuses.
 */
export async function createTopics(topics: ITopicConfig[]): Promise<void> {
  await withAdmin(async (admin) => {
    // A KRaft broker may not know a topic yet that it has just made, and kafkajs's own waiting throws then.
    await admin.createTopics({ topics, waitForLeaders: false });
    const names = topics.map(({ topic }) => topic);
    await until(
      async () => {
        const { topics: found } = await admin.fetchTopicMetadata({ topics: names });
        const known = found.every(
          ({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0),
        );
        return known && (await everyLeaderAnswers(admin, names));
      },
      { limitMs: LEADERS_LIMIT_MS, what: "leaders of new topics" },
    );
  });
}

async function everyLeaderAnswers(admin: Admin, topics: readonly string[]): Promise<boolean> {
  try {
    await Promise.all(topics.map((topic) => admin.fetchTopicOffsets(topic)));
    return true;
  } catch (error) {
    if (error instanceof KafkaJSError && error.retriable) return false;
    throw error;
  }
}

/**
 * Waits until partition 0 of a topic ends at an offset: a coordinator answers that a transaction has ended, and writes
 * the marker then.
 */
export async function untilEnd(topic: string, end: number): Promise<void> {
  await withAdmin((admin) =>
    until(async () => (await admin.fetchTopicOffsets(topic))[0]?.high === String(end), {
      ...{ limitMs: LEADERS_LIMIT_MS, what: `the end of ${topic} at ${end}` },
    }),
  );
}

/** Runs one of Kafka's own Java tools (`org.apache.kafka.tools.GetOffsetShell`) and answers what it printed. */
export async function runKafkaTool(mainClass: string, args: readonly string[]): Promise<string> {
  const { kafkaJars } = testStack();
  if (kafkaJars === null)
    throw new Error("this test needs Kafka's jars: give SLUICE_TEST_STACK, or no broker at all");
  const java = [
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-cp",
    join(kafkaJars, "*"),
    mainClass,
    ...args,
  ];
  return (await run("java", java, { timeout: TOOL_LIMIT_MS, maxBuffer: 64 * 1024 * 1024 })).stdout;
}
