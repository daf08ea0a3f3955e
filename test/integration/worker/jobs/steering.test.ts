import { afterAll, beforeAll, expect, test } from "vitest";
import { cancelJob } from "#lib/services/jobs/cancel-job.ts";
import { pauseJob } from "#lib/services/jobs/pause-job.ts";
import { resumeJob } from "#lib/services/jobs/resume-job.ts";
import { until } from "#test/support/until.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { openJobBench, type JobBench, type JobTopics } from "./job-bench.ts";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";

let bench: JobBench;
beforeAll(async () => {
  bench = await openJobBench();
  bench.worker();
});
afterAll(() => bench.close());

const params = ({ number }: RunningJob) => ({ params: { cluster: CLUSTER, number }, query: {} });

/** Starts a job of 400 records at 100 records a second, and waits until some are sent. */
async function underWay(name: string): Promise<{ topics: JobTopics; job: RunningJob }> {
  const topics = await bench.prepare(name, 400);
  const pace = { recordsPerSecond: 100, canary: false, window: null, stopAtReturnedPercent: 10 };
  const job = await bench.plan(topics, { pace });
  await bench.start(job);
  await until(async () => (await bench.load(job.number)).counts.sent >= 30, {
    ...{ limitMs: 20_000, everyMs: 20, what: "thirty copies" },
  });
  return { topics, job };
}

test("a paused job sends nothing later than a second after the answer, and goes on where it stood", async () => {
  const { topics, job } = await underWay("order.paused");
  await pauseJob(bench.dead.ctx, { ...params(job), body: { reason: "a look at it first" } });
  const answeredAt = Date.now();
  const paused = await bench.reach(job.number, "paused");
  expect(paused.stateReason).toBe("Paused by ana@example.com: a look at it first");
  const sent = await bench.copies(topics.wayIn, paused);
  expect(sent.length).toBe(paused.counts.sent);
  expect(sent.length).toBeLessThan(400);
  expect(Math.max(...sent.map(({ timestamp }) => timestamp))).toBeLessThanOrEqual(answeredAt + 1_000);
  await resumeJob(bench.dead.ctx, { ...params(job), body: {} });
  const done = await bench.reach(job.number, "settling");
  expect([done.stateReason, done.wishReason]).toEqual([null, null]);
  const all = await bench.copies(topics.wayIn, done);
  expect(new Set(all.map(({ redriveId }) => redriveId)).size).toBe(400);
  expect(all).toHaveLength(400);
  const times = all.map(({ timestamp }) => timestamp).filter((at) => at > answeredAt + 1_000);
  const seconds = (Math.max(...times) - Math.min(...times)) / 1_000;
  expect((times.length - 10) / seconds).toBeGreaterThan(90);
  expect((times.length - 10) / seconds).toBeLessThan(110);
});

test("a cancelled job has sent what its rows say, its dead letters are open again and its claims closed", async () => {
  const { topics, job } = await underWay("order.cancelled");
  await cancelJob(bench.dead.ctx, { ...params(job), body: { reason: "it was the wrong topic" } });
  const ended = await bench.reach(job.number, "cancelled");
  expect(ended.stateReason).toBe("Cancelled by ana@example.com: it was the wrong topic");
  const { sent, cancelled, pending } = ended.counts;
  expect({ pending, all: sent + cancelled }).toEqual({ pending: 0, all: 400 });
  expect(await bench.copies(topics.wayIn, ended)).toHaveLength(sent);
  const states = await bench.dead.sql(
    `SELECT r.outcome, d.state, count(*)::int AS n FROM job_record r JOIN dead_letter d
       ON d.topic_ref = r.dead_letter_topic_ref AND d.partition = r.partition AND d.record_offset = r.record_offset
     WHERE r.job_number = $1 GROUP BY 1, 2 ORDER BY 1`,
    [job.number],
  );
  expect(states).toEqual([
    { outcome: "cancelled", state: "open", n: cancelled },
    { outcome: "sent", state: "in-redrive", n: sent },
  ]);
  const [claims] = await bench.dead.sql(
    "SELECT sum(upper(offsets) - lower(offsets))::int AS open FROM job_claim WHERE job_number = $1 AND closed_at IS NULL",
    [job.number],
  );
  expect(claims).toEqual({ open: sent });
});

test("a target that gets more partitions pauses the job with the reason", async () => {
  const { topics, job } = await underWay("order.grown");
  const { withAdmin } = await import("#test/support/kafka.ts");
  await withAdmin((admin) =>
    admin.createPartitions({ topicPartitions: [{ topic: topics.wayIn, count: 5 }] }),
  );
  const paused = await bench.reach(job.number, "paused");
  expect(paused.wish).toBe("pause");
  expect(paused.stateReason).toContain(topics.wayIn);
  expect(await bench.copies(topics.wayIn, paused)).toHaveLength(paused.counts.sent);
});
