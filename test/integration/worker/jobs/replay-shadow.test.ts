import kafkajs from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import { UNDECLARED } from "#lib/domain/jobs/job-settings.ts";
import { approveJob } from "#lib/services/jobs/approve-job.ts";
import { getJob } from "#lib/services/jobs/get-job.ts";
import { previewJob } from "#lib/services/jobs/preview-job.ts";
import { startJob } from "#lib/services/jobs/start-job.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { createTopics, withAdmin } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { openReplayBench, type ReplayBench } from "./replay-bench.ts";

let bench: ReplayBench;
beforeAll(async () => {
  const { settings } = testJobTools();
  const declared = (id: string) =>
    id.endsWith("-external") ? { ...UNDECLARED, effects: "external" as const } : UNDECLARED;
  bench = await openReplayBench({ settings: { ...settings, group: declared } });
  bench.worker();
});
afterAll(() => bench.close());

const CONFIGS = ["retention.ms", "cleanup.policy", "max.message.bytes"];

/** A topic as it is made: its partitions and settings. */
const madeAs = (topic: string) =>
  withAdmin(async (admin) => {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames: CONFIGS }];
    const { resources: found } = await admin.describeConfigs({ resources, includeSynonyms: false });
    const of = new Map(
      found[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
    );
    return [topics[0]?.partitions.length, ...CONFIGS.map((name) => of.get(name))];
  });

const countOf = (topic: string): Promise<number> =>
  withAdmin(async (admin) =>
    (await admin.fetchTopicOffsets(topic)).reduce((sum, { high }) => sum + Number(high), 0),
  );

const asked = ({ number }: RunningJob) => ({ params: { cluster: CLUSTER, number }, query: {} });

test("a replay to a shadow makes its topic with the source's partitions, and copies the range there", async () => {
  const [topic = ""] = await bench.dead.topics("order.shadowed");
  await bench.produce(topic, 30);
  const shadow = `${topic}.shadow.trial-1`;
  const target = { kind: "shadow" as const, name: "trial-1" };
  const job = await bench.plan({ topics: [topic], target });
  expect(job.plan).toMatchObject({
    ...{ refusals: [], targets: [], groups: [], records: 30 },
    shadows: [{ topic: shadow, partitionCount: 2 }],
  });
  expect(job.plan?.warnings.map(({ code }) => code)).toContain("shadows_made");
  const preview = await previewJob(bench.dead.ctx, {
    ...asked(job),
    ...{ query: { limit: 2 }, body: undefined },
  });
  expect(preview.items.map((each) => each.target?.topic)).toEqual([shadow, shadow]);
  expect((await getJob(bench.dead.ctx, { ...asked(job), body: undefined })).approval.needed).toBe(false);
  await bench.start(job);
  await until(async () => (await bench.load(job.number)).counts.pending === 0, {
    ...{ limitMs: 20_000, what: "the copies" },
  });
  // Each partition ends with the markers of its transactions, behind 15 copies.
  expect(await countOf(shadow)).toBeGreaterThanOrEqual(30);
  expect((await bench.load(job.number)).counts.failed).toBe(0);
  const bytes = String(1_048_588 + 64 * 1024);
  expect(await madeAs(shadow)).toEqual([2, String(7 * 24 * 3_600_000), "delete", bytes]);
  const [made] = (await bench.load(job.number)).plan?.targets ?? [];
  expect(made).toMatchObject({ topic: shadow, partitionCount: 2 });
  const again = await bench.plan({ topics: [topic], target });
  expect(again.plan).toMatchObject({ refusals: [], shadows: [], targets: [{ topic: shadow }] });
});

test("a shadow of other partitions than its source refuses the plan", async () => {
  const [topic = ""] = await bench.dead.topics("order.misfit");
  await bench.produce(topic, 2);
  const shadow = `${topic}.shadow.old`;
  await createTopics([{ topic: shadow, numPartitions: 3, replicationFactor: 1 }]);
  const job = await bench.plan({ topics: [topic], target: { kind: "shadow", name: "old" } });
  expect(job.state).toBe("refused");
  expect(job.stateReason).toBe(
    `The shadow topic ${shadow} has 3 partitions, and its source has 2: choose another name.`,
  );
});

test("a shadow that somebody made with other partitions behind the plan pauses the job", async () => {
  const [topic = ""] = await bench.dead.topics("order.overtaken");
  await bench.produce(topic, 2);
  const job = await bench.plan({ topics: [topic], target: { kind: "shadow", name: "late" } });
  await createTopics([{ topic: `${topic}.shadow.late`, numPartitions: 5, replicationFactor: 1 }]);
  await bench.start(job);
  const paused = await bench.reach(job.number, "paused");
  expect(paused.stateReason).toContain("has 5 partitions, and its source has 2");
});

test("a replay to a group with effects outside needs a second person, who is not the one that asked", async () => {
  const [topic = ""] = await bench.dead.topics("order.mailed");
  const group = `${topic}-external`;
  await bench.produce(topic, 4);
  await bench.commit(group, topic, [2, 2]);
  const job = await bench.plan({ topics: [topic], target: { kind: "group", group } });
  const shown = await getJob(bench.dead.ctx, { ...asked(job), body: undefined });
  expect(shown.approval).toMatchObject({ needed: true, by: null });
  const body = { hash: job.hash ?? "", reason: "a test", sendHeld: false };
  const start = () => startJob(bench.dead.ctx, { ...asked(job), body });
  await expect(start()).rejects.toMatchObject({ code: "job_not_approved" });
  const approve = { ...asked(job), body: { hash: job.hash ?? "", reason: "agreed" } };
  await expect(approveJob(bench.dead.ctx, approve)).rejects.toMatchObject({ code: "approval_own" });
  const second = { ...bench.dead.as("operator"), jobs: bench.dead.ctx.jobs };
  expect((await approveJob(second, approve)).approval.by).toBe("ana@example.com");
  expect((await start()).state).toBe("running");
});
