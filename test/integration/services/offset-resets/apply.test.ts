import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTopics, runKafkaTool, testKafka, withAdmin } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";
import { codeOf, openResetBench, produce, type ResetBench } from "./reset-bench.ts";

let it: ResetBench;
beforeAll(async () => {
  it = await openResetBench();
});
afterAll(() => it.close());

const SETTLED_MS = 20_000;

describe("what is refused, with nothing changed", () => {
  test("a group that becomes active between the plan and the apply", async () => {
    const topic = await it.topic("active", [20]);
    const group = await it.group("active", { [topic]: [5] });
    const planned = await it.plan(group, { kind: "earliest" });
    const consumer = testKafka().consumer({ groupId: group });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    const joined = new Promise((resolve) => consumer.on("consumer.group_join", resolve));
    await consumer.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
    await joined;
    it.pass(SETTLED_MS);
    expect(await codeOf(it.apply(planned))).toBe("group_not_empty");
    const refused = await it.get(planned);
    expect(refused.state).toBe("refused");
    expect(refused.failures).toEqual([
      "It has 1 member. Stop its consumers first: Kafka takes a reset only while the group is empty.",
    ]);
    // Whoever slips in after the last look is kept out by the coordinator itself.
    const commit = { offset: 0n, leaderEpoch: null, metadata: "" };
    const written = [{ topic, partition: 0, commit }];
    const signal = AbortSignal.timeout(30_000);
    expect(await it.ctx.kafka("test").groupAdmin.commitOffsets(group, written, signal)).toEqual([
      { topic, partition: 0, error: "UNKNOWN_MEMBER_ID" },
    ]);
    expect(await it.commits(group, topic)).toEqual([5]);
    await consumer.disconnect();
  });

  test("commits that moved since the plan, with the difference", async () => {
    const topic = await it.topic("moved", [20, 20]);
    const group = await it.group("moved", { [topic]: [5, 6] });
    const planned = await it.plan(group, { kind: "earliest" });
    await it.group("moved", { [topic]: [null, 9] });
    it.pass(SETTLED_MS);
    expect(await codeOf(it.apply(planned))).toBe("reset_plan_changed");
    expect((await it.get(planned)).failures).toEqual([`${topic} 1: the commit was 6 and is 9.`]);
    expect(await it.commits(group, topic)).toEqual([5, 9]);
    expect(await codeOf(it.apply(planned))).toBe("reset_not_planned");
  });

  test("a topic that was made anew, or has more partitions", async () => {
    const topic = await it.topic("anew", [20]);
    const grown = await it.topic("grown", [20]);
    const group = await it.group("anew", { [topic]: [5], [grown]: [5] });
    const planned = await it.plan(group, { kind: "earliest" });
    await withAdmin(async (admin) => {
      await admin.createPartitions({ topicPartitions: [{ topic: grown, count: 2 }] });
      await admin.deleteTopics({ topics: [topic] });
      await until(async () => !(await admin.listTopics()).includes(topic), { limitMs: 20_000 });
    });
    await createTopics([{ topic, numPartitions: 1, replicationFactor: 1 }]);
    it.pass(SETTLED_MS);
    expect(await codeOf(it.apply(planned))).toBe("reset_plan_changed");
    expect((await it.get(planned)).failures).toEqual(
      expect.arrayContaining([
        `The topic ${topic} was made anew.`,
        `The topic ${grown} had 1 partitions and has 2.`,
      ]),
    );
    expect(await it.commits(group, grown)).toEqual([5, null]);
  });

  test("a start that has passed the target", async () => {
    const topic = await it.topic("start", [20]);
    const group = await it.group("start", { [topic]: [15] });
    const planned = await it.plan(group, { kind: "earliest" });
    await withAdmin(async (admin) => {
      // kafkajs deletes records of topics alone that it knows.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "10" }] });
    });
    it.pass(SETTLED_MS);
    expect(await codeOf(it.apply(planned))).toBe("reset_plan_changed");
    expect((await it.get(planned)).failures).toEqual([
      `${topic} 0: the start was 0 and is 10, past the target 0.`,
    ]);
    expect(await it.commits(group, topic)).toEqual([15]);
  });

  test("a group that was seen Empty for less than 20 s: the plan stays and can be applied later", async () => {
    const topic = await it.topic("settle", [20]);
    const group = await it.group("settle", { [topic]: [5] });
    const planned = await it.plan(group, { kind: "earliest" });
    expect(await codeOf(it.apply(planned))).toBe("group_not_settled");
    expect((await it.get(planned)).state).toBe("planned");
    it.pass(SETTLED_MS);
    expect((await it.apply(planned)).state).toBe("applied");
    expect(await it.commits(group, topic)).toEqual([0]);
  });

  test("a stored plan that somebody changed", async () => {
    const topic = await it.topic("forged", [20]);
    const group = await it.group("forged", { [topic]: [5] });
    const planned = await it.plan(group, { kind: "earliest" });
    await it.sql(
      `UPDATE offset_reset SET plan = jsonb_set(plan, '{rows,0,to,offset}', '{"$offset": "7"}') WHERE id = $1`,
      [planned.id],
    );
    it.pass(SETTLED_MS);
    expect(await codeOf(it.apply(planned))).toBe("reset_plan_changed");
    expect(await it.commits(group, topic)).toEqual([5]);
  });

  test("a cluster that became read-only since the plan", async () => {
    const topic = await it.topic("readonly", [20]);
    const group = await it.group("readonly", { [topic]: [5] });
    const planned = await it.plan(group, { kind: "earliest" });
    it.pass(SETTLED_MS);
    const clusters = it.ctx.clusters.map((each) => ({ ...each, readOnly: true }));
    expect(await codeOf(it.apply(planned, { clusters }))).toBe("cluster_read_only");
    expect((await it.get(planned)).state).toBe("planned");
  });
});

test("of two tabs that apply at once one applies", async () => {
  const topic = await it.topic("twice", [20]);
  const group = await it.group("twice", { [topic]: [5] });
  const planned = await it.plan(group, { kind: "earliest" });
  it.pass(SETTLED_MS);
  const codes = await Promise.all([codeOf(it.apply(planned)), codeOf(it.apply(planned))]);
  expect(codes.sort()).toEqual(["no error", "reset_not_planned"]);
  const events = await it.sql("SELECT kind, sentence FROM group_event WHERE group_id = $1", [group]);
  expect(events).toEqual([
    { kind: "reset", sentence: "ana@example.com reset 1 partition to the earliest offset." },
  ]);
});

test("of two plans of a group the second meets what the first did, and the first is watched no more", async () => {
  const topic = await it.topic("plans", [20]);
  const group = await it.group("plans", { [topic]: [5] });
  const [first, second] = [
    await it.plan(group, { kind: "earliest" }),
    await it.plan(group, { kind: "latest" }),
  ];
  it.pass(SETTLED_MS);
  const codes = await Promise.all([codeOf(it.apply(first)), codeOf(it.apply(second))]);
  expect(codes.filter((code) => code === "no error")).toHaveLength(1);
  expect(["reset_busy", "reset_plan_changed"]).toContain(codes.find((code) => code !== "no error"));
  const applied = codes[0] === "no error" ? first : second;
  const next = await it.plan(group, { kind: "offset", offset: 7n });
  it.pass(SETTLED_MS);
  await it.apply(next);
  await it.look();
  expect((await it.get(applied)).watch).toMatchObject({ findings: [] });
  expect((await it.get(applied)).watch?.endedAt).not.toBeNull();
  expect((await it.get(next)).watch).toMatchObject({ endedAt: null, findings: [] });
});

describe("an apply that was cut short", () => {
  /** Leaves a reset as a crash does. */
  const cut = async (id: string) => {
    await it.ctx.db.offsetResets.begin(id, { by: "ana@example.com", at: it.ctx.now(), reason: "a test" });
    it.pass(61_000);
  };

  test("before the commits: nothing was changed, and it says so", async () => {
    const topic = await it.topic("before", [20]);
    const group = await it.group("before", { [topic]: [5] });
    const planned = await it.plan(group, { kind: "earliest" });
    await cut(planned.id);
    await it.look();
    expect(await it.get(planned)).toMatchObject({
      state: "refused",
      failures: ["It was interrupted before anything was changed."],
    });
  });

  test("after the commits: it is found applied, and can be undone", async () => {
    const topic = await it.topic("after", [20, 20]);
    const group = await it.group("after", { [topic]: [5, null] });
    const planned = await it.plan(group, { kind: "latest" });
    await it.group("after", { [topic]: [20, 20] });
    await cut(planned.id);
    await it.look();
    const found = await it.get(planned);
    expect(found.state).toBe("applied");
    const back = await it.plan(group, { kind: "undo", id: found.id });
    it.pass(SETTLED_MS);
    await it.apply(back);
    expect(await it.commits(group, topic)).toEqual([5, null]);
  });

  test("between two of them: it failed, names what is where, and the undo mends it", async () => {
    const topic = await it.topic("between", [20, 20]);
    const group = await it.group("between", { [topic]: [5, 6] });
    const planned = await it.plan(group, { kind: "latest" });
    await it.group("between", { [topic]: [20, null] });
    await cut(planned.id);
    await it.look();
    const found = await it.get(planned);
    expect(found).toMatchObject({
      state: "failed",
      failures: [`${topic} 1: the commit 6 where 20 was to be.`],
    });
    const back = await it.plan(group, { kind: "undo", id: found.id });
    it.pass(SETTLED_MS);
    await it.apply(back);
    expect(await it.commits(group, topic)).toEqual([5, 6]);
  });
});

test("a live standalone consumer is warned of, and its overwrite is reported", async () => {
  const topic = await it.topic("live", [50]);
  const group = `${it.prefix}-live`;
  const java = spawn(
    "java",
    [
      ...["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", join(testStack().kafkaJars ?? "", "*")],
      join(import.meta.dirname, "StandaloneConsumer.java"),
      ...[testStack().kafkaBrokers, group, topic],
    ],
    { stdio: "ignore" },
  );
  try {
    const committed = () => it.commits(group, topic);
    await until(async () => (await committed())[0] === 50, {
      limitMs: 40_000,
      what: "the consumer's commit",
    });
    const planned = await it.plan(group, { kind: "earliest" });
    expect(planned.plan).toMatchObject({ groupState: "empty", refusals: [] });
    expect(planned.plan.warnings.map(({ code }) => code)).toContain("no_membership");
    it.pass(SETTLED_MS);
    const applied = await it.apply(planned);
    expect(applied.state).toBe("applied");
    await produce(testKafka(), topic, [5]);
    await until(async () => (await committed())[0] === 55, { limitMs: 20_000, what: "the overwrite" });
    await it.look();
    const overwrite = { topic, partition: 0, put: 0n, found: 55n, what: "overwritten" };
    expect((await it.get(planned)).watch).toMatchObject({ endedAt: null, findings: [overwrite] });
    it.pass(30_000);
    expect(await it.look()).toBe(0);
    const ended = (await it.get(planned)).watch;
    expect(ended).toMatchObject({ findings: [overwrite] });
    expect(ended?.endedAt).not.toBeNull();
  } finally {
    java.kill("SIGKILL");
    await once(java, "exit");
  }
});

describe("a group with members again after the reset", () => {
  test("reads on from where it was put: that is no overwrite, and an undo says what was processed", async () => {
    const topic = await it.topic("on", [20]);
    const group = await it.group("on", { [topic]: [20] });
    const planned = await it.plan(group, { kind: "earliest" });
    it.pass(SETTLED_MS);
    const applied = await it.apply(planned);
    const consumer = testKafka().consumer({ groupId: group });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    await consumer.run({ autoCommitThreshold: 1, eachMessage: () => Promise.resolve() });
    await until(async () => (await it.commits(group, topic))[0] === 20, { limitMs: 30_000 });
    await produce(testKafka(), topic, [5]);
    await until(async () => (await it.commits(group, topic))[0] === 25, { limitMs: 30_000 });
    await it.look();
    expect((await it.get(applied)).watch?.findings).toMatchObject([{ what: "read-on", found: 25n }]);
    expect(await codeOf(it.undo(applied))).toBe("group_not_empty");
    await consumer.disconnect();
    const { plan } = await it.plan(group, { kind: "undo", id: applied.id });
    expect(plan.rows).toMatchObject([{ from: { offset: 25n }, to: { offset: 20n }, processed: 25 }]);
    expect(plan.warnings.find(({ code }) => code === "not_unprocessed")?.sentence).toContain("25 records");
  });
});

test("a KIP-848 group is reset and undone like a classic one", async () => {
  const topic = await it.topic("next", [20]);
  const group = `${it.prefix}-next`;
  await runKafkaTool("org.apache.kafka.tools.consumer.ConsoleConsumer", [
    ...["--bootstrap-server", testStack().kafkaBrokers, "--topic", topic, "--from-beginning"],
    ...["--group", group, "--max-messages", "20", "--consumer-property", "group.protocol=consumer"],
  ]);
  const planned = await it.plan(group, { kind: "earliest" });
  expect(planned.plan).toMatchObject({ groupKind: "consumer", groupState: "empty" });
  it.pass(SETTLED_MS);
  const applied = await it.apply(planned);
  expect(await it.commits(group, topic)).toEqual([0]);
  const back = await it.plan(group, { kind: "undo", id: applied.id });
  it.pass(SETTLED_MS);
  await it.apply(back);
  expect(await it.commits(group, topic)).toEqual([20]);
});
