import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import { setTimeout as delay } from "node:timers/promises";
import { cancelJob } from "#lib/services/jobs/cancel-job.ts";
import { pauseJob } from "#lib/services/jobs/pause-job.ts";
import { resumeJob } from "#lib/services/jobs/resume-job.ts";
import { applyOffsetReset, applyReset } from "#lib/services/offset-resets/apply-offset-reset.ts";
import { findReset } from "#lib/services/offset-resets/get-offset-reset.ts";
import { planOffsetReset } from "#lib/services/offset-resets/plan-offset-reset.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { withAdmin } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { openReplayBench, type ReplayBench } from "./replay-bench.ts";

let bench: ReplayBench;
let stopWorker: () => Promise<void>;
beforeAll(async () => {
  const { settings } = testJobTools();
  bench = await openReplayBench({ settings: { ...settings, approvalOver: 115 } });
  stopWorker = bench.worker();
});
afterAll(() => bench.close());

/** The clock goes on by this at each look: what takes 20 s takes half a second. */
const FAST_MS = 4_000;

const resetOf = (job: RunningJob, group: string) =>
  findReset(bench.dead.ctx, { cluster: CLUSTER, group, id: job.resetId ?? "" });

/** A topic of two partitions, and an empty group that has read all of it. */
async function topicRead(name: string, count: number): Promise<{ topic: string; group: string }> {
  const [topic = ""] = await bench.dead.topics(name);
  const group = `${topic}-group`;
  await bench.produce(topic, count);
  await bench.commit(group, topic, [count / 2, count / 2]);
  return { topic, group };
}

const trailOf = async (job: RunningJob): Promise<string> =>
  (await bench.dead.db.jobs.events(job.number)).map(({ what }) => what).join("\n");

test("a group with a member is waited for; stopped, it is set back, and followed until it has read all again", async () => {
  const [topic = ""] = await bench.dead.topics("order.replayed");
  const group = `${topic}-group`;
  await bench.produce(topic, 100);
  const first = await bench.member(group, topic);
  await until(async () => (await bench.commits(group, topic)).join() === "50,50", {
    ...{ limitMs: 20_000, what: "the group's commits" },
  });
  const job = await bench.plan({ topics: [topic], target: { kind: "group", group } });
  expect(job.plan?.refusals).toEqual([]);
  expect(job.plan?.reset).toEqual({ group, partitions: 2, reread: 100, skipped: 0 });
  expect(job.plan?.warnings.map(({ code }) => code)).toContain("waits_for_empty");
  await expect(
    applyOffsetReset(bench.dead.ctx, {
      params: { cluster: CLUSTER, group, id: job.resetId ?? "" },
      ...{ query: {}, body: { reason: "by hand" } },
    }),
  ).rejects.toMatchObject({ code: "reset_busy" });
  await bench.start(job);
  const waits = await until(
    async () => {
      const { waitsFor } = await bench.load(job.number);
      return waitsFor?.includes("has 1 member") === true ? waitsFor : null;
    },
    { limitMs: 10_000, what: "what it waits for" },
  );
  expect(waits).toBe(`Group ${group} has 1 member: stop it; the offsets are set back when it is empty.`);
  await bench.produce(topic, 10);
  await until(async () => (await bench.commits(group, topic)).join() === "55,55", {
    ...{ limitMs: 20_000, what: "the group to read on" },
  });
  await first.stop();
  const settling = await bench.reach(job.number, "settling", FAST_MS);
  expect(await bench.commits(group, topic)).toEqual(["0", "0"]);
  expect(settling.counts).toMatchObject({ pending: 0, sent: 110, passed: 0 });
  expect(settling.resetId).not.toBe(job.resetId);
  expect((await resetOf(job, group)).state).toBe("refused");
  expect((await resetOf(settling, group)).state).toBe("applied");
  expect(await trailOf(job)).toContain("read on since the plan: 10 records more");
  const [mute] = await bench.dead.sql("SELECT group_id FROM mute WHERE job_number = $1", [job.number]);
  expect(mute).toEqual({ group_id: group });
  const second = await bench.member(group, topic);
  const done = await bench.reach(job.number, "done", 1_000);
  expect(second.seen()).toBe(110);
  expect(done.counts).toMatchObject({ pending: 0, sent: 0, passed: 110, unknown: 0 });
  expect(done.stateReason).toBeNull();
  await second.stop();
});

test("a reset that a killed worker had applied is not applied again: the next one follows the group", async () => {
  const { topic, group } = await topicRead("order.killed", 20);
  const job = await bench.plan({ topics: [topic], target: { kind: "group", group } });
  await stopWorker();
  await bench.start(job);
  const reset = await resetOf(job, group);
  bench.dead.pass(21_000);
  await applyReset(bench.dead.ctx, { cluster: CLUSTER, reset, reason: "as the worker did" });
  await bench.commit(group, topic, [10, 10]);
  stopWorker = bench.worker();
  const done = await bench.reach(job.number, "done", FAST_MS);
  expect(done.resetId).toBe(job.resetId);
  expect(done.counts).toMatchObject({ passed: 20, unknown: 0 });
  expect(await bench.commits(group, topic)).toEqual(["10", "10"]);
});

test("an undo of the reset ends the following, and nobody claims that the rest was read", async () => {
  const { topic, group } = await topicRead("order.undone", 20);
  const job = await bench.plan({ topics: [topic], target: { kind: "group", group } });
  await bench.start(job);
  const { resetId } = await bench.reach(job.number, "settling", FAST_MS);
  const params = { cluster: CLUSTER, group };
  const undo = await planOffsetReset(bench.dead.ctx, {
    ...{ params, query: {} },
    body: { target: { kind: "undo", id: resetId ?? "" }, scope: { kind: "all" } },
  });
  bench.dead.pass(21_000);
  await applyOffsetReset(bench.dead.ctx, {
    params: { ...params, id: undo.id },
    ...{ query: {}, body: { reason: "it was the wrong group" } },
  });
  const done = await bench.reach(job.number, "done");
  expect(done.counts).toMatchObject({ sent: 0, passed: 0, unknown: 20 });
  expect(done.stateReason).toContain("undone by ana@example.com");
  expect(await bench.commits(group, topic)).toEqual(["10", "10"]);
});

test("a replay that is cancelled while it waits has changed nothing, and nobody can apply its reset", async () => {
  const { topic, group } = await topicRead("order.called-off", 20);
  const reader = await bench.member(group, topic);
  const job = await bench.plan({ topics: [topic], target: { kind: "group", group } });
  await bench.start(job);
  await cancelJob(bench.dead.ctx, {
    params: { cluster: CLUSTER, number: job.number },
    ...{ query: {}, body: { reason: "not today" } },
  });
  const ended = await bench.reach(job.number, "cancelled");
  expect(ended.counts).toMatchObject({ pending: 0, cancelled: 20, sent: 0 });
  expect((await resetOf(job, group)).state).toBe("refused");
  await reader.stop();
  expect(await bench.commits(group, topic)).toEqual(["10", "10"]);
});

test("records that are taken away behind the plan pause the replay with the difference", async () => {
  const { topic, group } = await topicRead("order.taken", 20);
  const reader = await bench.member(group, topic);
  const job = await bench.plan({ topics: [topic], target: { kind: "group", group } });
  await bench.start(job);
  await withAdmin(async (admin) => {
    // kafkajs looks the leader up in what it has asked for before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "4" }] });
  });
  await reader.stop();
  const paused = await bench.reach(job.number, "paused", FAST_MS);
  expect(paused.stateReason).toContain(`${topic} 0: The start is 4, past the planned 0`);
  expect(await bench.commits(group, topic)).toEqual(["10", "10"]);
});

test("a replay skips nothing: partitions where the group stands before the wanted place stay", async () => {
  const { topic, group } = await topicRead("order.behind", 20);
  await bench.commit(group, topic, [10, 2]);
  const from = { kind: "offset" as const, offset: 5n };
  const source = {
    ...{ kind: "ranges" as const, from, to: { kind: "end" as const }, keys: [], eventTypes: [] },
    topics: [{ topic, partitions: null }],
  };
  const job = await bench.plan({ topics: [topic], source, target: { kind: "group", group } });
  expect(job.plan?.reset).toEqual({ group, partitions: 1, reread: 5, skipped: 0 });
  expect(job.plan?.warnings.map(({ code }) => code)).toContain("behind_already");
  await bench.start(job);
  await bench.reach(job.number, "settling", FAST_MS);
  expect(await bench.commits(group, topic)).toEqual(["5", "2"]);
});

test("a paused replay changes nothing however long its group is empty; resumed, it goes on", async () => {
  const { topic, group } = await topicRead("order.rested", 20);
  const job = await bench.plan({ topics: [topic], target: { kind: "group", group } });
  await bench.start(job);
  const asked = { params: { cluster: CLUSTER, number: job.number }, query: {}, body: {} };
  await pauseJob(bench.dead.ctx, asked);
  await bench.reach(job.number, "paused");
  bench.dead.pass(60_000);
  // The clock went on by a minute; the worker would have looked several times by now.
  await delay(500);
  expect(await bench.commits(group, topic)).toEqual(["10", "10"]);
  await resumeJob(bench.dead.ctx, asked);
  await bench.reach(job.number, "settling", FAST_MS);
  expect(await bench.commits(group, topic)).toEqual(["0", "0"]);
});

test("commits that move without members hold the replay back: a standalone consumer would overwrite it", async () => {
  const { topic, group } = await topicRead("order.standalone", 20);
  await bench.commit(group, topic, [4, 4]);
  const job = await bench.plan({ topics: [topic], target: { kind: "group", group } });
  await bench.start(job);
  const waitsFor = (words: string) =>
    until(async () => (await bench.load(job.number)).waitsFor?.includes(words), {
      ...{ limitMs: 20_000, what: words },
    });
  await waitsFor("is empty");
  for (const offset of [5, 6, 7, 8]) {
    await bench.commit(group, topic, [offset, 4]);
    await waitsFor("although it has no members");
    bench.dead.pass(15_000);
  }
  expect(await bench.commits(group, topic)).toEqual(["8", "4"]);
  const settling = await bench.reach(job.number, "settling", FAST_MS);
  expect(settling.counts).toMatchObject({ sent: 12 });
});

test("a group that reads on past what one person may decide pauses the replay, with nothing changed", async () => {
  const { topic, group } = await topicRead("order.outgrown", 120);
  await bench.commit(group, topic, [30, 30]);
  const job = await bench.plan({ topics: [topic], target: { kind: "group", group } });
  expect(job.plan?.records).toBe(60);
  await bench.start(job);
  await bench.commit(group, topic, [60, 60]);
  const paused = await bench.reach(job.number, "paused", FAST_MS);
  expect(paused.stateReason).toContain("120 records would be read again, more than the 115 records");
  expect(await bench.commits(group, topic)).toEqual(["60", "60"]);
});
