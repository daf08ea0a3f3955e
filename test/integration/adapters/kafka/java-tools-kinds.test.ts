import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Partitioners } from "kafkajs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ClusterBook } from "#lib/domain/sweep/cluster-book.ts";
import { createTopics, runKafkaTool, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";
import { withAdminClient } from "./commit-offsets.ts";
import { joinStreamsGroup, type HeldMember } from "./group-heartbeats.ts";
import { ALL, closeAfterEach, connect, sweep } from "./open-test-cluster.ts";

const prefix = topicPrefix();
closeAfterEach();

/** Idempotent, so that a send to a partition that is not there yet is never doubled by its retry. */
const produce = async (topic: string, counts: readonly number[]): Promise<void> => {
  const producer = testKafka().producer({
    ...{ createPartitioner: Partitioners.DefaultPartitioner, idempotent: true, maxInFlightRequests: 1 },
  });
  await producer.connect();
  const messages = counts.flatMap((count, partition) =>
    Array.from({ length: count }, () => ({ partition, value: "x" })),
  );
  await producer.send({ topic, messages });
  await producer.disconnect();
};

/** The table that one of Kafka's tools prints: a row by column name for each partition. */
const tableOf = async (mainClass: string, args: readonly string[]): Promise<Map<string, string>[]> => {
  const text = await runKafkaTool(mainClass, ["--bootstrap-server", testStack().kafkaBrokers, ...args]);
  const lines = text.split("\n").map((line) => line.trim().split(/\s+/));
  const head = lines.find((words) => words[0] === "GROUP") ?? [];
  return lines
    .filter((words) => words[0]?.startsWith(prefix))
    .map((words) => new Map(head.map((column, index) => [column, words[index] ?? ""])))
    .sort((a, b) => Number(a.get("PARTITION")) - Number(b.get("PARTITION")));
};

describe("a share group", () => {
  const topic = `${prefix}.share`;
  const group = `${prefix}-share`;
  let consumer: ChildProcess;
  beforeAll(async () => {
    await createTopics([{ topic, numPartitions: 2 }]);
    const configs = [{ name: "share.auto.offset.reset", configOperation: 0, value: "earliest" } as const];
    await withAdminClient((admin) =>
      admin.incrementalAlterConfigs({ resources: [{ resourceType: 32, resourceName: group, configs }] }),
    );
    consumer = spawn(
      "java",
      [
        ...["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", join(testStack().kafkaJars ?? "", "*")],
        "org.apache.kafka.tools.consumer.ConsoleShareConsumer",
        ...["--bootstrap-server", testStack().kafkaBrokers, "--topic", topic, "--group", group],
      ],
      { stdio: "ignore" },
    );
    await produce(topic, [20, 10]);
  });
  afterAll(() => consumer.kill("SIGKILL"));

  const ours = async () => {
    const seen = await sweep(connect(), ALL);
    const found = seen.groups.find((each) => each.id === group);
    return { seen, found, positions: found?.shares?.get(topic) ?? [] };
  };

  test("stands where Kafka's own tool says, with the broker's own lag", async () => {
    await until(
      async () => {
        const { positions } = await ours();
        return positions.length === 2 && positions.every((each) => each.lag === 0);
      },
      { limitMs: 45_000, everyMs: 500, what: "the share consumer accepts everything" },
    );
    const { seen, found } = await ours();
    expect(found).toMatchObject({ kind: "share", state: "stable", commits: null });
    expect(seen.members?.get(group)?.[0]?.assignments).toEqual([{ topic, partitions: [0, 1] }]);

    const exited = once(consumer, "exit");
    consumer.kill("SIGTERM");
    await exited;
    await produce(topic, [7, 2]);
    const table = await tableOf("org.apache.kafka.tools.consumer.group.ShareGroupCommand", [
      ...["--describe", "--group", group],
    ]);
    const { positions } = await ours();
    expect(positions.map((each) => [each.start, each.lag])).toEqual(
      table.map((row) => [BigInt(row.get("START-OFFSET") ?? ""), Number(row.get("LAG"))]),
    );
    expect(positions.map((each) => each.lag)).toEqual([7, 2]);
  }, 90_000);
  test("carries the broker's lag into what is stored", async () => {
    const { seen } = await ours();
    const snapshot = new ClusterBook({ allowedLag: () => 0 }).record(seen);
    expect(snapshot.groups.find((each) => each.id === group)?.lag).toBe(9);
  });
});

describe("a streams group", () => {
  const topic = `${prefix}.streams`;
  const group = `${prefix}-streams`;
  let member: HeldMember;
  beforeAll(async () => {
    await createTopics([{ topic, numPartitions: 3 }]);
    await produce(topic, [30, 20, 10]);
    member = await joinStreamsGroup(group, topic);
  });
  afterAll(() => member.leave());

  test("has the commits, ends, lag and members that Kafka's own tool prints", async () => {
    await member.commit({ [topic]: [30, 5, 0] });
    const cluster = connect();
    const seen = await until(
      async () => {
        await member.commit({ [topic]: [30, 5, 0] });
        const all = await sweep(cluster, ALL);
        return (all.members?.get(group)?.[0]?.assignments.length ?? 0) > 0 && all;
      },
      { limitMs: 20_000, everyMs: 500, what: "the tasks of the streams member" },
    );
    const found = seen.groups.find((each) => each.id === group);
    expect(found).toMatchObject({ kind: "streams", state: "stable" });
    const [only, ...others] = seen.members?.get(group) ?? [];
    expect(others).toEqual([]);
    expect(only).toEqual({
      ...{ memberId: member.memberId, clientId: "test-member", host: "127.0.0.1", instanceId: null },
      assignments: [{ topic, partitions: [0, 1, 2] }],
      ...{ pattern: null, waitsFor: [] },
    });
    const args = ["--describe", "--verbose", "--group", group];
    const table = await tableOf("org.apache.kafka.tools.streams.StreamsGroupCommand", args);
    const ends = seen.topics.get(topic)?.ends ?? [];
    expect(
      (found?.commits?.get(topic) ?? []).map((committed, partition) => [committed, ends[partition]]),
    ).toEqual(
      table.map((row) => [BigInt(row.get("CURRENT-OFFSET") ?? ""), BigInt(row.get("LOG-END-OFFSET") ?? "")]),
    );
    const snapshot = new ClusterBook({ allowedLag: () => 0 }).record(seen);
    const [stored] = snapshot.groups.find((each) => each.id === group)?.topics ?? [];
    expect(stored?.partitions.map(({ lag }) => lag)).toEqual(
      table.map((row) => ({ state: "known", lag: Number(row.get("OFFSET-LAG")) })),
    );
    expect(stored?.partitions.map(({ lag }) => lag)).toEqual(
      [0, 15, 10].map((lag) => ({ state: "known", lag })),
    );
    const described = await tableOf("org.apache.kafka.tools.streams.StreamsGroupCommand", [
      ...["--describe", "--members", "--group", group],
    ]);
    expect(described.map((row) => row.get("MEMBER"))).toEqual([member.memberId]);
  }, 60_000);
});
