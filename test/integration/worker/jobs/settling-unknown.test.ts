import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import type { ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import { applyOffsetReset } from "#lib/services/offset-resets/apply-offset-reset.ts";
import { planOffsetReset } from "#lib/services/offset-resets/plan-offset-reset.ts";
import { createTopics } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { GROUP, openJobBench, type JobBench, type JobTopics } from "./job-bench.ts";
import { commit, failedAgain, planRange, produce, WHOLE, writeBack } from "./settling-bench.ts";

let bench: JobBench;
beforeAll(async () => {
  bench = await openJobBench();
});
afterAll(() => bench.close());

const READER = `${GROUP}-redrive`;
const MINUTE_MS = 60_000;

/** Moves the reader's commits in a topic, as a person does on the group's page. */
async function reset(topic: string, target: ResetTarget, group = READER): Promise<void> {
  const params = { cluster: CLUSTER, group };
  const planned = await planOffsetReset(bench.dead.ctx, {
    ...{ params, query: {} },
    body: { target, scope: { kind: "topics", topics: [topic] } },
  });
  // A group counts as empty when it was seen so for 20 s.
  bench.dead.pass(20_500);
  const { state, failures } = await applyOffsetReset(bench.dead.ctx, {
    ...{ params: { ...params, id: planned.id }, query: {} },
    body: { reason: "a test" },
  });
  expect([state, failures]).toEqual(["applied", []]);
}

/** Sends a redrive; nobody follows it yet. */
async function sent(name: string, count: number): Promise<{ topics: JobTopics; job: RunningJob }> {
  const topics = await bench.prepare(name, count);
  const worker = bench.worker();
  const planned = await bench.plan(topics, { pace: WHOLE });
  await bench.start(planned);
  const job = await bench.reach(planned.number, "settling");
  await worker.stop();
  return { topics, job };
}

async function doneBy(job: RunningJob): Promise<RunningJob> {
  const worker = bench.worker();
  const done = await bench.dead.indexing(() => bench.reach(job.number, "done"));
  await worker.stop();
  return done;
}

test("copies that an offset reset took the reader past are unknown, and those that it had read have passed", async () => {
  const { topics, job } = await sent("order.skipped", 12);
  await commit(bench, { group: READER, topic: topics.wayIn, at: (end) => (end > 0n ? 1n : 0n) });
  await reset(topics.wayIn, { kind: "latest" });
  const done = await doneBy(job);
  const rows = await bench.dead.db.jobs.records(job.number, { after: -1n, limit: 50 });
  const read = rows.filter(({ target }) => target?.offset === 0n);
  expect(read.length).toBeGreaterThan(0);
  expect(read.length).toBeLessThan(12);
  for (const row of rows)
    expect([row.outcome, row.reason]).toEqual(
      row.target?.offset === 0n
        ? ["passed", null]
        : ["unknown", `An offset reset moved group ${READER} past it in ${topics.wayIn}.`],
    );
  expect(done.counts).toMatchObject({ passed: read.length, unknown: 12 - read.length, sent: 0 });
});

test("a reset that is taken back before the reader goes on takes it past nothing", async () => {
  const { topics, job } = await sent("order.takenback", 6);
  await commit(bench, { group: READER, topic: topics.wayIn, at: () => 0n });
  await reset(topics.wayIn, { kind: "latest" });
  await reset(topics.wayIn, { kind: "earliest" });
  await commit(bench, { group: READER, topic: topics.wayIn });
  expect((await doneBy(job)).counts).toMatchObject({ passed: 6, unknown: 0 });
});

test("of a job of ranges a partition that the reader was moved past is unknown, with an event", async () => {
  const topics = await bench.prepare("order.skippedrange", 0);
  await produce(topics.source, 40);
  const worker = bench.worker();
  const planned = await planRange(bench, topics);
  await bench.start(planned);
  const job = await bench.reach(planned.number, "settling");
  await worker.stop();
  const targets = await bench.dead.db.jobRuns.rangeTargets(job.number);
  const [moved] = targets;
  expect(targets.reduce((sum, { copies }) => sum + copies, 0)).toBe(40);
  await commit(bench, {
    ...{ group: READER, topic: topics.wayIn },
    at: (end, partition) => (partition === moved?.partition ? 1n : end),
  });
  await reset(topics.wayIn, { kind: "latest" });
  const done = await doneBy(job);
  const lost = moved?.copies ?? 0;
  expect(done.counts).toMatchObject({ passed: 40 - lost, unknown: lost, sent: 0 });
  const events = await bench.dead.db.jobs.events(job.number);
  expect(events.map(({ what }) => what)).toContain(
    `${lost} records in ${topics.wayIn} settled as unknown: An offset reset moved group ${READER} past it in ${topics.wayIn}.`,
  );
});

/** Dead letters that took so long from their origin. */
async function slow(topics: JobTopics, count: number, tookMs: number): Promise<void> {
  const before = (await bench.dead.sql("SELECT 1 FROM dead_letter")).length;
  for (let offset = 0; offset < count; offset += 1) {
    const dated = { "dlt-timestamp": String(Date.now() - tookMs) };
    const headers = failedAgain(topics, offset, dated);
    await writeBack({ topics, key: `k${offset}`, value: "{}", headers });
  }
  await bench.dead.indexed(before + count);
}

test("copies that nobody is known to read are watched as long as their cause takes, then unknown", async () => {
  const topics = await bench.prepare("order.slow", 0);
  await slow(topics, 4, 20 * MINUTE_MS + 500);
  const target = `${topics.source}.elsewhere`;
  await createTopics([{ topic: target, numPartitions: 1, replicationFactor: 1 }]);
  const worker = bench.worker();
  const planned = await bench.plan(topics, { kind: "republish", target: { kind: "topic", topic: target } });
  await bench.start(planned);
  await bench.reach(planned.number, "settling");
  await until(async () => (await bench.load(planned.number)).waitsFor !== null, {
    ...{ limitMs: 10_000, what: "what it waits for" },
  });
  const { waitsFor } = await bench.load(planned.number);
  expect(waitsFor).toMatch(
    /^Nobody knows who reads .*elsewhere for it\. Copies are watched for 20 m( \d+ s)?\.$/,
  );
  const backDate = (minutes: number): Promise<unknown> =>
    bench.dead.sql(
      "UPDATE job_record SET sent_at = now() - make_interval(mins => $2) WHERE job_number = $1",
      [planned.number, minutes],
    );
  await backDate(15);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect((await bench.load(planned.number)).counts).toMatchObject({ sent: 4, unknown: 0 });
  await backDate(22);
  const done = await bench.reach(planned.number, "done");
  expect(done.counts).toMatchObject({ sent: 0, unknown: 4 });
  const [row] = await bench.dead.db.jobs.records(planned.number, { after: -1n, limit: 1 });
  expect(row?.reason).toMatch(/It did not come back within 20 m( \d+ s)?\.$/);
  await worker.stop();
});

test("copies of ranges to any topic are watched as long as its dead letters take, then unknown", async () => {
  const topics = await bench.prepare("order.slowrange", 0);
  await slow(topics, 3, 9 * MINUTE_MS + 500);
  await produce(topics.source, 10);
  const worker = bench.worker();
  const planned = await planRange(bench, topics, { target: { kind: "source" } });
  await bench.start(planned);
  await bench.reach(planned.number, "settling");
  await until(async () => (await bench.load(planned.number)).waitsFor !== null, {
    ...{ limitMs: 10_000, what: "what it waits for" },
  });
  expect((await bench.load(planned.number)).waitsFor).toMatch(/Copies are watched for 9 m( \d+ s)?\.$/);
  await bench.dead.sql(
    "UPDATE job_range_target SET sent_at = now() - interval '11 minutes' WHERE job_number = $1",
    [planned.number],
  );
  await worker.stop();
  const next = bench.worker();
  const done = await bench.reach(planned.number, "done");
  expect(done.counts).toMatchObject({ sent: 0, unknown: 10, passed: 0 });
  await next.stop();
});

test("copies are unknown where a reset took the reader of the group's retry topic past what waits there", async () => {
  const { topics, job } = await sent("order.retried", 4);
  const [retry = ""] = await bench.dead.topics(`order.retried.retry.${GROUP}.1`);
  await produce(retry, 6);
  await commit(bench, { group: READER, topic: topics.wayIn });
  await commit(bench, { group: `${GROUP}-retry-1`, topic: retry, at: () => 1n });
  await reset(retry, { kind: "latest" }, `${GROUP}-retry-1`);
  const done = await doneBy(job);
  expect(done.counts).toMatchObject({ passed: 0, unknown: 4, sent: 0 });
  const [row] = await bench.dead.db.jobs.records(job.number, { after: -1n, limit: 1 });
  expect(row?.reason).toBe(
    `An offset reset moved group ${GROUP}-retry-1 past records of ${retry}, where copies wait that failed.`,
  );
});
