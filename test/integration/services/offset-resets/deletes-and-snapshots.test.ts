import { afterAll, beforeAll, expect, test } from "vitest";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";
import { getExactTimeLag } from "#lib/services/groups/get-exact-time-lag.ts";
import { listOffsetResets } from "#lib/services/offset-resets/list-offset-resets.ts";
import { listOffsetSnapshots } from "#lib/services/offset-resets/list-offset-snapshots.ts";
import { saveOffsetSnapshot } from "#lib/services/offset-resets/save-offset-snapshot.ts";
import { runKafkaTool, testKafka, untilEnd, withAdmin } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { CLUSTER, codeOf, openResetBench, type ResetBench } from "./reset-bench.ts";

let it: ResetBench;
beforeAll(async () => {
  it = await openResetBench();
});
afterAll(() => it.close());

const SETTLED_MS = 20_000;
const warnings = ({ plan }: OffsetReset): string[] => plan.warnings.map(({ code }) => code);
const save = (group: string, name: string) =>
  saveOffsetSnapshot(it.ctx, { params: { cluster: CLUSTER, group }, query: {}, body: { name } });

test("the commits of one topic are deleted, and their undo restores them alone", async () => {
  const [gone, stays] = [await it.topic("gone", [10, 10]), await it.topic("stays", [10])];
  const group = await it.group("one-topic", { [gone]: [3, null], [stays]: [4] });
  const planned = await it.plan(group, { kind: "none" }, { kind: "topics", topics: [gone] });
  expect(planned.plan.rows).toMatchObject([
    { partition: 0, from: { offset: 3n }, to: null, effect: "forget" },
  ]);
  expect(warnings(planned)).toContain("commits_deleted");
  it.pass(SETTLED_MS);
  const deleted = await it.apply(planned);
  expect(await it.commits(group, gone)).toEqual([null, null]);
  expect(await it.commits(group, stays)).toEqual([4]);
  const back = await it.plan(group, { kind: "undo", id: deleted.id });
  it.pass(SETTLED_MS);
  await it.apply(back);
  expect(await it.commits(group, gone)).toEqual([3, null]);
  expect(await it.sql("SELECT kind FROM group_event WHERE group_id = $1 ORDER BY at", [group])).toEqual([
    { kind: "offsets-deleted" },
    { kind: "reset-undone" },
  ]);
});

test("a deleted group is gone, and its undo brings its commits back", async () => {
  const topic = await it.topic("deleted", [10, 10]);
  const group = await it.group("deleted", { [topic]: [3, 4] });
  const planned = await it.plan(group, { kind: "delete-group" });
  expect(planned.plan.warnings.find(({ code }) => code === "commits_deleted")?.sentence).toMatch(
    /^The group and its 2 commits are deleted\. An undo writes the commits again and nothing else of the group\./,
  );
  it.pass(SETTLED_MS);
  const deleted = await it.apply(planned);
  expect(deleted.state).toBe("applied");
  const listed = () =>
    withAdmin(async (admin) => (await admin.listGroups()).groups.map((each) => each.groupId));
  expect(await listed()).not.toContain(group);
  expect((await it.undo(deleted)).state).toBe("applied");
  expect(await it.commits(group, topic)).toEqual([3, 4]);
  expect(await it.get(deleted)).toMatchObject({ state: "undone" });
});

test("a snapshot keeps metadata, epoch and “no commit”, and a reset to it restores them", async () => {
  const topic = await it.topic("snapshot", [10, 10, 10]);
  const group = `${it.prefix}-snapshot`;
  const { groupAdmin } = it.ctx.kafka(CLUSTER);
  const signal = AbortSignal.timeout(30_000);
  const commit = { offset: 3n, leaderEpoch: 0, metadata: "state of job 7" };
  await groupAdmin.commitOffsets(group, [{ topic, partition: 0, commit }], signal);
  await it.group("snapshot", { [topic]: [null, 4, null] });
  const saved = await save(group, "before");
  expect(saved).toMatchObject({ name: "before", partitionCount: 2, takenBy: "ana@example.com" });
  expect(await codeOf(save(group, "before"))).toBe("snapshot_exists");
  await it.group("snapshot", { [topic]: [9, 9, 9] });
  const planned = await it.plan(group, { kind: "snapshot", id: saved.id });
  it.pass(SETTLED_MS);
  await it.apply(planned);
  const { commits } = await groupAdmin.standing(group, signal);
  expect(commits.get(topic)).toEqual(
    new Map<number, unknown>([
      [0, commit],
      [1, { offset: 4n, leaderEpoch: null, metadata: "" }],
    ]),
  );
  const listed = await listOffsetSnapshots(it.ctx, {
    ...{ params: { cluster: CLUSTER, group }, query: {}, body: undefined },
  });
  expect(listed.items.map(({ name }) => name)).toEqual(["before"]);
});

test("another group's commits are taken where it has them", async () => {
  const topic = await it.topic("other", [10, 10]);
  const group = await it.group("taker", { [topic]: [1, 1] });
  const other = await it.group("giver", { [topic]: [7, null] });
  const planned = await it.plan(group, { kind: "group", group: other });
  it.pass(SETTLED_MS);
  await it.apply(planned);
  expect(await it.commits(group, topic)).toEqual([7, 1]);
  expect(await codeOf(it.plan(group, { kind: "group", group: `${it.prefix}-nobody` }))).toBe("group_unknown");
});

test("some partitions alone, as Java's tool reads them afterwards", async () => {
  const topic = await it.topic("some", [10, 10, 10]);
  const group = await it.group("some", { [topic]: [5, 5, 5] });
  const partitions = [{ topic, partition: 1 }];
  const planned = await it.plan(group, { kind: "latest" }, { kind: "partitions", partitions });
  it.pass(SETTLED_MS);
  await it.apply(planned);
  const printed = await runKafkaTool("org.apache.kafka.tools.consumer.group.ConsumerGroupCommand", [
    ...["--bootstrap-server", testStack().kafkaBrokers, "--describe", "--group", group],
  ]);
  const rows = [...printed.matchAll(new RegExp(`${topic}\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)\\s+(\\d+)`, "g"))];
  expect(
    rows.map(([, partition, committed, end, lag]) => [partition, committed, end, lag].map(Number)),
  ).toEqual([
    [0, 5, 10, 5],
    [1, 10, 10, 0],
    [2, 5, 10, 5],
  ]);
});

test("the list of a group's resets is paged, newest first", async () => {
  const topic = await it.topic("paged", [10]);
  const group = await it.group("paged", { [topic]: [5] });
  const ids: string[] = [];
  for (const kind of ["earliest", "latest", "none"] as const)
    ids.unshift((await it.plan(group, { kind })).id);
  const page = (cursor?: string) =>
    listOffsetResets(it.ctx, {
      ...{ params: { cluster: CLUSTER, group }, body: undefined },
      query: { limit: 2, ...(cursor === undefined ? {} : { cursor }) },
    });
  const first = await page();
  const second = await page(first.nextCursor ?? "");
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids);
  expect(second.nextCursor).toBeNull();
});

test("the exact time lag is the age of the first unread record", async () => {
  const base = Math.floor(Date.now() / 1_000) * 1_000 - 600_000;
  const topic = await it.topic("exact", [10, 10], (offset) => base + offset * 1_000);
  const group = await it.group("exact", { [topic]: [4, 10] });
  const now = base + 60_000;
  const lag = await getExactTimeLag(
    { ...it.ctx, now: () => now },
    { params: { cluster: CLUSTER, group }, query: {}, body: undefined },
  );
  expect(lag).toEqual({
    observedAt: now,
    timeLagMs: 56_000,
    items: [{ state: "known", topic, partition: 0, offset: 4n, recordAt: base + 4_000, timeLagMs: 56_000 }],
    failures: [],
  });
});

test("numbers over a transactional topic are told as “at most”", async () => {
  const topic = await it.topic("transactional", [0]);
  const producer = testKafka().producer({
    transactionalId: `${it.prefix}-tx`,
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [{ value: "a" }, { value: "b" }] });
  await transaction.commit();
  await producer.disconnect();
  await untilEnd(topic, 3);
  const group = await it.group("transactional", { [topic]: [3] });
  const { plan } = await it.plan(group, { kind: "earliest" });
  expect(plan.rows).toMatchObject([{ records: 3, atMost: true }]);
});
