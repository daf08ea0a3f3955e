import { ConfigResourceTypes } from "kafkajs";
import { v7 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobException } from "#lib/adapters/db/job-exceptions.ts";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import { getJob } from "#lib/services/jobs/get-job.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";
import { createTopics, testKafka, withAdmin } from "#test/support/kafka.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { openJobBench, type JobBench } from "./job-bench.ts";

let bench: JobBench;
beforeAll(async () => {
  bench = await openJobBench();
});
afterAll(() => bench.close());

/** Makes a topic of one partition with records of a value of their own, and a target of two. */
async function history(
  name: string,
  values: readonly string[],
  headersOf: (n: number) => Record<string, string> = () => ({}),
): Promise<{ source: string; target: string }> {
  const [source = ""] = await bench.dead.topics(name);
  const target = `${source}.copy`;
  await createTopics([{ topic: target, numPartitions: 2, replicationFactor: 1 }]);
  const producer = testKafka().producer();
  await producer.connect();
  const messages = values.map((value, n) => ({
    ...{ key: `k${n % 7}`, value, partition: 0, headers: headersOf(n) },
  }));
  for (let from = 0; from < messages.length; from += 100)
    await producer.send({ topic: source, messages: messages.slice(from, from + 100) });
  await producer.disconnect();
  return { source, target };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n));

/** Plans a replay of the whole partition. */
async function planned({ source, target }: { source: string; target: string }): Promise<RunningJob> {
  const spec: JobSpec = {
    ...{ kind: "replay", name: "a replay", description: "", transform: NO_TRANSFORM },
    pace: { recordsPerSecond: 200, canary: false, window: null, stopAtReturnedPercent: 10 },
    source: {
      ...{ kind: "ranges", topics: [{ topic: source, partitions: [0] }], keys: [], eventTypes: [] },
      ...{ from: { kind: "start" }, to: { kind: "end" } },
    },
    target: { kind: "topic", topic: target },
    ...{ stale: "send", times: "new", processed: "send" },
  };
  const { number } = await planJob(bench.dead.ctx, { params: { cluster: CLUSTER }, query: {}, body: spec });
  return bench.reach(number, "planned");
}

const rowsOf = (number: number): Promise<Record<string, unknown>[]> =>
  bench.dead.sql(
    `SELECT seq::int, partition, record_offset::int AS "offset", outcome, reason_code AS code, reason FROM job_record
     WHERE job_number = $1 ORDER BY seq`,
    [number],
  );

test("offsets that a deletion took in the middle of a range are one failed row and count, and the rest is sent", async () => {
  // Values so large that not all of them are read ahead of the first commit.
  const topics = await history(
    "order.gap",
    numbers(1_200).map((value) => value.padEnd(10_000)),
  );
  const planner = bench.worker();
  const job = await planned(topics);
  await planner.stop();
  await bench.start(job);
  let deleted = false;
  const worker = bench.worker(async (at) => {
    if (at !== "after-commit" || deleted) return;
    deleted = true;
    await withAdmin(async (admin) => {
      await admin.fetchTopicOffsets(topics.source);
      await admin.deleteTopicRecords({
        topic: topics.source,
        partitions: [{ partition: 0, offset: "1100" }],
      });
    });
  });
  const done = await bench.reach(job.number, "settling");
  await worker.stop();
  const copies = await bench.copies(topics.target, done);
  const rows = await rowsOf(job.number);
  expect(rows).toHaveLength(1);
  const [gap] = rows;
  const from = Number(gap?.["offset"]);
  expect(gap).toMatchObject({ seq: 0, partition: 0, outcome: "failed", code: "gone" });
  expect(gap?.["reason"]).toContain(`Offsets ${from} to 1099 are gone`);
  expect(from).toBeGreaterThan(0);
  expect(done.counts).toMatchObject({ failed: 1_100 - from, sent: 100 + from, pending: 0 });
  expect(copies.map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual(
    numbers(1_200)
      .map(Number)
      .filter((n) => n < from || n >= 1_100),
  );
});

test("a record of a range that the target takes no more is one failed row, and the rest is sent once", async () => {
  const topics = await history("order.wide", [...numbers(50), "x".repeat(20_000), ...numbers(50)]);
  const planner = bench.worker();
  const job = await planned(topics);
  await planner.stop();
  const configEntries = [{ name: "max.message.bytes", value: "12000" }];
  await withAdmin((admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: ConfigResourceTypes.TOPIC, name: topics.target, configEntries }],
    }),
  );
  await bench.start(job);
  const worker = bench.worker();
  const done = await bench.reach(job.number, "settling");
  await worker.stop();
  const rows = await rowsOf(job.number);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toMatchObject({ seq: 0, offset: 50, outcome: "failed", code: "record_refused" });
  expect(done.counts).toMatchObject({ failed: 1, sent: 100, pending: 0 });
  expect(await bench.copies(topics.target, done)).toHaveLength(100);
});

test("a record of a range at the cap of hops is one refused row, and the others go on to their next hop", async () => {
  const hopsBefore: Record<number, string> = { 38: "2", 39: "3" };
  const topics = await history("order.hops", numbers(40), (n) => ({ "sluice-hop": hopsBefore[n] ?? "0" }));
  const worker = bench.worker();
  const job = await planned(topics);
  await bench.start(job);
  const done = await bench.reach(job.number, "settling");
  await worker.stop();
  expect(await rowsOf(job.number)).toEqual([
    {
      ...{ seq: 0, partition: 0, offset: 39, outcome: "refused", code: "hop_cap" },
      reason: "It was copied back 3 times; 3 is the most.",
    },
  ]);
  expect(done.counts).toMatchObject({ refused: 1, failed: 0, sent: 39, pending: 0 });
  const asked = { params: { cluster: CLUSTER, number: job.number }, query: {}, body: undefined };
  const { progress } = await getJob(bench.dead.ctx, asked);
  expect(progress.targets).toEqual([]);
  expect(progress.ranges).toEqual([{ topic: topics.source, partition: 0, offsets: 40, read: 40 }]);
  const copies = await bench.copies(topics.target, done);
  expect(copies.map(({ value }) => Number(value)).sort((a, b) => a - b)).toEqual(numbers(39).map(Number));
  const hops = new Map(copies.map(({ value, hop }) => [value, hop]));
  expect([hops.get("0"), hops.get("38")]).toEqual(["1", "3"]);
});

test("an exception that is noted again is one row and is counted once", async () => {
  const topics = await history("order.twice", numbers(20));
  const planner = bench.worker();
  const job = await planned(topics);
  await planner.stop();
  const at = { topic: topics.source, topicId: v7(), partition: 0 };
  const lost: JobException = {
    ...{ ...at, offset: 3n, offsets: 5, was: "pending", outcome: "failed", code: "gone", reason: "Gone." },
  };
  const back: JobException = {
    ...{ ...at, offset: 9n, offsets: 1, was: "sent", outcome: "returned", code: null, reason: null },
    sent: {
      ...{ eventId: "e-9", hop: 1, target: { topic: topics.target, partition: 1, offset: 4n } },
      ...{ sentAt: 1_700_000_000_000, settledAt: 1_700_000_001_000, returned: null },
    },
  };
  const { jobRuns } = bench.dead.db;
  expect(await jobRuns.addExceptions(job.number, [lost, lost])).toBe(1);
  expect(await jobRuns.addExceptions(job.number, [back, lost])).toBe(1);
  expect(await jobRuns.addExceptions(job.number, [])).toBe(0);
  const rows = await rowsOf(job.number);
  expect(rows.map((row) => [row["seq"], row["offset"], row["outcome"]])).toEqual([
    [0, 3, "failed"],
    [1, 9, "returned"],
  ]);
  const { counts } = await bench.load(job.number);
  expect(counts).toMatchObject({ pending: 15, failed: 5, returned: 1 });
  const part = { topicId: at.topicId, partition: 0, from: 0n, to: 20n };
  expect(await jobRuns.unsentOffsets(job.number, part)).toEqual([3n]);
  expect(await jobRuns.unsentOffsets(job.number, { ...part, from: 4n })).toEqual([]);
});
