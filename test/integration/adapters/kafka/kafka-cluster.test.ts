import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Partitioners } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SweepPart } from "#lib/domain/sweep/observation.ts";
import { createTopics, runKafkaTool, testKafka, topicPrefix, withAdmin } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";
import { ALL, closeAfterEach, connect, sweep } from "./open-test-cluster.ts";

const prefix = topicPrefix();
const TOPIC = `${prefix}.order.created`;
const KIP_848 = `${prefix}-848`;
const IDS = [`${prefix}-a/b c%d`, `${prefix}..`, `${prefix}- leading and trailing `, `${prefix}-größe`];
closeAfterEach();

const produce = async (topic: string, count: number): Promise<void> => {
  const producer = testKafka().producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const messages = Array.from({ length: count }, (_, index) => ({ key: String(index), value: "x" }));
  await producer.send({ topic, messages });
  await producer.disconnect();
};
const commit = (
  groupId: string,
  topic: string,
  partitions: { partition: number; offset: string }[],
): Promise<boolean> =>
  withAdmin((admin) => admin.setOffsets({ groupId, topic, partitions }).then(() => true));

/** Whether the group has committed everything that the topic holds. */
const hasReadAll = (groupId: string): Promise<boolean> =>
  withAdmin(async (admin) => {
    const { groups } = await admin.listGroups();
    if (!groups.some((group) => group.groupId === groupId)) return false;
    const committed = await admin.fetchOffsets({ groupId, topics: [TOPIC] });
    const ends = await admin.fetchTopicOffsets(TOPIC);
    const of = (partition: number) => committed[0]?.partitions.find((each) => each.partition === partition);
    return ends.every(({ partition, high }) => of(partition)?.offset === high);
  });

const startJavaConsumer = (groupId: string): ChildProcess =>
  spawn(
    "java",
    [
      ...["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", join(testStack().kafkaJars ?? "", "*")],
      "org.apache.kafka.tools.consumer.ConsoleConsumer",
      ...["--bootstrap-server", testStack().kafkaBrokers],
      ...["--topic", TOPIC, "--from-beginning", "--group", groupId],
      ...["--consumer-property", "group.protocol=consumer"],
      ...["--consumer-property", "auto.commit.interval.ms=200"],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );

let javaConsumer: ChildProcess;
/** Kafka's own consumer in a KIP-848 group; it leaves in order and is started once more where it gets nowhere. */
async function consumeAll(groupId: string, starts: number): Promise<void> {
  javaConsumer = startJavaConsumer(groupId);
  let said = "";
  javaConsumer.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString()));
  try {
    await until(() => hasReadAll(groupId), { limitMs: 45_000, everyMs: 250, what: "the KIP-848 consumer" });
  } catch (error) {
    const exited = once(javaConsumer, "exit");
    if (javaConsumer.exitCode === null && javaConsumer.kill("SIGTERM")) await exited;
    if (starts === 1) throw new Error(`Kafka's consumer has not read everything: ${said}`, { cause: error });
    await consumeAll(groupId, starts - 1);
  }
}

beforeAll(async () => {
  await createTopics([{ topic: TOPIC, numPartitions: 3 }]);
  await produce(TOPIC, 90);
  await Promise.all(
    IDS.map((id, index) =>
      commit(id, TOPIC, [
        { partition: 0, offset: String(index + 1) },
        { partition: 2, offset: "5" },
      ]),
    ),
  );
  await consumeAll(KIP_848, 2);
});
afterAll(() => {
  javaConsumer.kill("SIGKILL");
});

/** Rows of Kafka's own tool: committed, end and lag by group and partition. */
const asJavaSaysIt = async (groups: readonly string[]): Promise<Map<string, [bigint, bigint, number]>> => {
  const args = ["--bootstrap-server", testStack().kafkaBrokers, "--describe", "--offsets"];
  const rows = new Map<string, [bigint, bigint, number]>();
  const text = await runKafkaTool("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", [
    ...args,
    ...groups.flatMap((id) => ["--group", id]),
  ]);
  for (const line of text.split("\n")) {
    const found = new RegExp(
      `^(.*?)\\s+${TOPIC.replaceAll(".", "\\.")}\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)`,
    ).exec(line);
    if (found === null) continue;
    const [, id = "", partition = "", committed = "", end = "", lag = ""] = found;
    rows.set(`${id.trim()} ${partition}`, [BigInt(committed), BigInt(end), Number(lag)]);
  }
  return rows;
};

describe("a sweep", () => {
  test("says what Kafka's own tool says, for classic and KIP-848 groups", async () => {
    const ids = [...IDS, KIP_848];
    const java = await asJavaSaysIt(ids);
    const seen = await sweep(connect(), ALL);
    const ends = seen.topics.get(TOPIC)?.ends ?? [];
    const ours = new Map<string, [bigint, bigint, number]>();
    for (const group of seen.groups.filter((each) => ids.includes(each.id))) {
      (group.commits?.get(TOPIC) ?? []).forEach((committed, partition) => {
        const end = ends[partition] ?? 0n;
        if (committed !== null)
          ours.set(`${group.id.trim()} ${partition}`, [committed, end, Number(end - committed)]);
      });
    }
    expect(java.size).toBe(IDS.length * 2 + 3);
    expect([...ours].sort()).toEqual([...java].sort());
  });

  test("lists groups of any id with kind and state, and the members of a KIP-848 group", async () => {
    const seen = await sweep(connect(), ALL);
    const ours = new Map(
      seen.groups.filter((each) => each.id.startsWith(prefix)).map((each) => [each.id, each]),
    );
    for (const id of IDS) expect(ours.get(id)).toMatchObject({ kind: "classic", state: "empty" });
    expect(ours.get(KIP_848)).toMatchObject({ kind: "consumer", state: "stable" });
    const [member, ...others] = seen.members?.get(KIP_848) ?? [];
    expect(others).toEqual([]);
    expect(member?.assignments).toEqual([{ topic: TOPIC, partitions: [0, 1, 2] }]);
    expect(seen.members?.get(IDS[0]!)).toEqual([]);
  });

  test("lists the members of a classic group with what they own", async () => {
    const consumer = testKafka("classic-client").consumer({ groupId: `${prefix}-classic` });
    await consumer.connect();
    await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await consumer.run({ eachMessage: () => Promise.resolve() });
    try {
      const cluster = connect();
      const [member] = await until(
        async () => {
          const { members } = await sweep(cluster, new Set<SweepPart>(["members"]));
          const found = members?.get(`${prefix}-classic`) ?? [];
          return found[0]?.assignments.length === 1 ? found : null;
        },
        { limitMs: 30_000, everyMs: 200, what: "the member of the classic group" },
      );
      expect(member).toMatchObject({ clientId: "classic-client", instanceId: null });
      expect(member?.assignments).toEqual([{ topic: TOPIC, partitions: [0, 1, 2] }]);
    } finally {
      await consumer.disconnect();
    }
  });

  test("costs three requests a broker in steady state, and joins no group", async () => {
    const cluster = connect();
    await sweep(cluster, ALL);
    const steady = [await sweep(cluster), await sweep(cluster), await sweep(cluster)];
    for (const each of steady) {
      expect(each.requests).toBeLessThanOrEqual(3 * each.brokers.length);
      expect(each.groups.length).toBeGreaterThan(IDS.length);
    }
    expect((await sweep(cluster, new Set<SweepPart>(["members"]))).members?.get(KIP_848)).toHaveLength(1);
  });

  test("tells start offsets, configs and sizes when they are due, and a topic's leaders", async () => {
    const cluster = connect();
    const seen = await sweep(cluster, ALL);
    expect(seen.starts?.get(TOPIC)).toEqual([0n, 0n, 0n]);
    expect(seen.configs?.get(TOPIC)).toEqual({
      cleanupPolicy: "delete",
      retentionMs: 604_800_000,
      retentionBytes: -1,
    });
    expect(seen.sizes?.topics.get(TOPIC)?.every((bytes) => (bytes ?? 0) > 0)).toBe(true);
    const described = await cluster.describeTopic(TOPIC, AbortSignal.timeout(10_000));
    expect(described.failures).toEqual([]);
    expect(described.partitions.map((each) => each.leaderId)).toEqual([1, 1, 1]);
    expect(described.configs.find((each) => each.name === "retention.ms")).toMatchObject({
      overridden: false,
    });
  });

  test("a topic that is not there is not_found", async () => {
    const asked = connect().describeTopic(`${prefix}.none`, AbortSignal.timeout(10_000));
    await expect(asked).rejects.toMatchObject({ kind: "not_found", retryable: false });
  });

  test("a topic that was made anew is seen by its id at once", async () => {
    const name = `${prefix}.anew`;
    await createTopics([{ topic: name, numPartitions: 1 }]);
    await produce(name, 20);
    const cluster = connect();
    const before = (await sweep(cluster, ALL)).topics.get(name);
    await withAdmin((admin) => admin.deleteTopics({ topics: [name] }));
    await createTopics([{ topic: name, numPartitions: 1 }]);
    const after = (await sweep(cluster)).topics.get(name);
    expect([before?.ends, after?.ends]).toEqual([[20n], [0n]]);
    expect(after?.topicId).not.toBe(before?.topicId);
  });

  test("a group that commits on a topic younger than the metadata makes the sweep look again", async () => {
    const cluster = connect();
    await sweep(cluster, ALL);
    const name = `${prefix}.young`;
    await createTopics([{ topic: name, numPartitions: 1 }]);
    await commit(`${prefix}-young`, name, [{ partition: 0, offset: "0" }]);
    expect((await sweep(cluster)).topics.get(name)?.ends).toEqual([0n]);
  });
});
