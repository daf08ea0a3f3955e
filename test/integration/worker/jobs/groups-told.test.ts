import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { getGroup } from "#lib/services/groups/get-group.ts";
import { listGroupEvents } from "#lib/services/groups/list-group-events.ts";
import { cancelJob } from "#lib/services/jobs/cancel-job.ts";
import { pauseJob } from "#lib/services/jobs/pause-job.ts";
import { resumeJob } from "#lib/services/jobs/resume-job.ts";
import { testKafka } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { openJobBench, type JobBench } from "./job-bench.ts";

const HOUR_MS = 3_600_000;
const GROUP_ROW = `INSERT INTO group_state (cluster, group_id, kind, state, protocol_type, members, member_count, verdict,
  trouble_rank, reason, observed_at)
  VALUES ($1, $2, 'classic', 'stable', 'consumer', $3, 1, 'ok', 0, 'It reads.', now())`;

let bench: JobBench;
beforeAll(async () => {
  bench = await openJobBench();
  bench.worker();
});
afterAll(() => bench.close());

const params = ({ number }: RunningJob) => ({ params: { cluster: CLUSTER, number }, query: {} });

/** A group that owns a partition of a topic, as the last sweep saw it. */
async function groupOn(group: string, topic: string): Promise<void> {
  const members = [
    { memberId: "m", clientId: "c", host: "h", instanceId: null, assignments: [{ topic, partitions: [0] }] },
  ];
  await bench.dead.sql(GROUP_ROW, [CLUSTER, group, JSON.stringify(members)]);
}

/** Plans a replay of a topic of `count` records to another one, at a rate; answers its target too. */
async function replay(name: string, count: number, rate: number): Promise<[RunningJob, string]> {
  const topics = await bench.prepare(name, 0);
  const [target = ""] = await bench.dead.topics(`${name}.again`);
  const producer = testKafka().producer();
  await producer.connect();
  const messages = Array.from({ length: count }, (_, at) => ({ key: `k${at}`, value: "{}", partition: 0 }));
  await producer.send({ topic: topics.source, messages });
  await producer.disconnect();
  const spec: Partial<JobSpec> = {
    ...{ kind: "replay", name, target: { kind: "topic", topic: target } },
    source: {
      ...{ kind: "ranges", topics: [{ topic: topics.source, partitions: null }] },
      ...{ from: { kind: "start" }, to: { kind: "end" }, keys: [], eventTypes: [] },
    },
    pace: { recordsPerSecond: rate, canary: false, window: null, stopAtReturnedPercent: 10 },
  };
  await groupOn(`${name}-reads`, target);
  await groupOn(`${name}-other`, topics.source);
  return [await bench.plan(topics, spec), target];
}

const mutes = (job: RunningJob) =>
  bench.dead.sql<{ group: string; ms: number; open: boolean; reason: string }>(
    `SELECT group_id AS "group", extract(epoch FROM until_at - from_at)::float8 * 1000 AS ms, until_at > now() AS open,
       reason FROM mute WHERE job_number = $1`,
    [job.number],
  );

const told = async (group: string) => {
  const asked = { params: { cluster: CLUSTER, group }, query: {}, body: undefined };
  const { items } = await listGroupEvents(bench.dead.ctx, asked);
  return items
    .filter(({ kind }) => kind === "redrive")
    .map(({ sentence }) => sentence)
    .reverse();
};

const shownMutes = async (group: string) =>
  (await getGroup(bench.dead.ctx, { params: { cluster: CLUSTER, group }, query: {}, body: undefined })).mutes;

test("a replay mutes the groups that it reaches for 1.5 times its planned length, and its end closes that", async () => {
  const [job] = await replay("order.muted", 600, 0.5);
  await bench.start(job);
  await until(async () => (await mutes(job)).length > 0, { limitMs: 20_000, what: "a mute" });
  const plannedMs = (600 / 0.5) * 1_000;
  expect(await mutes(job)).toEqual([
    { group: "order.muted-reads", ms: 1.5 * plannedMs, open: true, reason: expect.any(String) as string },
  ]);
  const [shown] = await shownMutes("order.muted-reads");
  expect(shown).toMatchObject({ job: job.number, reason: `Job ${job.number} replays records to it.` });
  expect(await shownMutes("order.muted-other")).toEqual([]);
  await cancelJob(bench.dead.ctx, { ...params(job), body: { reason: "seen enough" } });
  await bench.reach(job.number, "cancelled");
  expect((await mutes(job)).map(({ open }) => open)).toEqual([false]);
  expect(await shownMutes("order.muted-reads")).toEqual([]);
});

test("no mute is longer than 4 hours", async () => {
  const [job] = await replay("order.long", 600, 0.01);
  await bench.start(job);
  await until(async () => (await mutes(job)).length > 0, { limitMs: 20_000, what: "a mute" });
  expect((await mutes(job)).map(({ ms }) => ms)).toEqual([4 * HOUR_MS]);
  await cancelJob(bench.dead.ctx, { ...params(job), body: { reason: "seen enough" } });
  await bench.reach(job.number, "cancelled");
});

test("a group is told when a job that reaches it starts, pauses, goes on and ends; no other group is", async () => {
  const [job] = await replay("order.marked", 300, 50);
  await bench.start(job);
  const reads = "order.marked-reads";
  expect(await told(reads)).toEqual([`Job ${job.number} started: order.marked`]);
  await pauseJob(bench.dead.ctx, { ...params(job), body: { reason: "a deploy" } });
  await bench.reach(job.number, "paused");
  await resumeJob(bench.dead.ctx, { ...params(job), body: {} });
  await bench.reach(job.number, "running");
  await cancelJob(bench.dead.ctx, { ...params(job), body: { reason: "seen enough" } });
  await bench.reach(job.number, "cancelled");
  expect(await told(reads)).toEqual([
    `Job ${job.number} started: order.marked`,
    `Job ${job.number} paused by ana@example.com: a deploy`,
    `Job ${job.number} goes on`,
    `Job ${job.number} ended, cancelled: order.marked`,
  ]);
  expect(await told("order.marked-other")).toEqual([]);
});
