import { ConfigResourceTypes } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";
import { createTopics, testKafka, withAdmin } from "#test/support/kafka.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { openJobBench, type JobBench } from "./job-bench.ts";

/** Dead letters that are larger than their target takes. */
const LARGE = 5;

let bench: JobBench;
beforeAll(async () => {
  bench = await openJobBench();
});
afterAll(() => bench.close());

const WHOLE = { recordsPerSecond: null, canary: false, window: null, stopAtReturnedPercent: 10 };

async function outcomes({ number }: RunningJob): Promise<Record<string, unknown>[]> {
  return bench.dead.sql(
    "SELECT outcome, reason_code AS code, count(*)::int AS n FROM job_record WHERE job_number = $1 GROUP BY 1, 2 ORDER BY 1",
    [number],
  );
}

test("records that retention took are failed with the reason, their dead letters released, and the rest is sent", async () => {
  const topics = await bench.prepare("order.gone", 20);
  const planner = bench.worker();
  const job = await bench.plan(topics);
  await planner.stop();
  await bench.start(job);
  await withAdmin(async (admin) => {
    await admin.fetchTopicOffsets(topics.dlt);
    await admin.deleteTopicRecords({ topic: topics.dlt, partitions: [{ partition: 0, offset: "4" }] });
  });
  const worker = bench.worker();
  const done = await bench.reach(job.number, "settling");
  expect(await outcomes(done)).toEqual([
    { outcome: "failed", code: "gone", n: 4 },
    { outcome: "sent", code: null, n: 16 },
  ]);
  expect(done.counts).toMatchObject({ failed: 4, sent: 16, pending: 0 });
  expect(await bench.copies(topics.wayIn, done)).toHaveLength(16);
  const [claimed] = await bench.dead.sql(
    "SELECT sum(upper(offsets) - lower(offsets))::int AS n FROM job_claim WHERE job_number = $1 AND closed_at IS NULL",
    [job.number],
  );
  expect(claimed).toEqual({ n: 16 });
  const [released] = await bench.dead.sql(
    `SELECT count(*)::int AS n FROM job_record r JOIN dead_letter d ON d.topic_ref = r.dead_letter_topic_ref
       AND d.partition = r.partition AND d.record_offset = r.record_offset
     WHERE r.job_number = $1 AND r.outcome = 'failed' AND d.state = 'open'`,
    [job.number],
  );
  expect(released).toEqual({ n: 4 });
  await worker.stop();
});

test("a record that the target takes no more is failed alone, and the rest is sent", async () => {
  const topics = await bench.prepare("order.large", 12);
  await bench.dead.fail(
    topics.dlt,
    Array.from({ length: LARGE }, (_, n) => ({
      ...{ topic: topics.source, offset: 12 + n, to: 0, group: "billing", value: "x".repeat(20_000) },
    })),
  );
  const before = (await bench.dead.sql("SELECT 1 FROM dead_letter")).length;
  await bench.dead.indexed(before + LARGE);
  const planner = bench.worker();
  const job = await bench.plan(topics);
  await planner.stop();
  await withAdmin((admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: topics.wayIn,
          configEntries: [{ name: "max.message.bytes", value: "12000" }],
        },
      ],
    }),
  );
  await bench.start(job);
  const worker = bench.worker();
  const done = await bench.reach(job.number, "settling");
  expect(await outcomes(done)).toEqual([
    { outcome: "failed", code: "record_refused", n: LARGE },
    { outcome: "sent", code: null, n: 12 },
  ]);
  expect(await bench.copies(topics.wayIn, done)).toHaveLength(12);
  // No transaction is given up for what the broker does not take.
  expect(await bench.copies(topics.wayIn, done, "uncommitted")).toHaveLength(12);
  expect(done.aborted).toBe(0);
  await worker.stop();
});

test("ranges of a topic are copied to another one in their order, and only what is asked for", async () => {
  const [source = ""] = await bench.dead.topics("order.history");
  const target = `${source}.copy`;
  await createTopics([{ topic: target, numPartitions: 2, replicationFactor: 1 }]);
  const producer = testKafka().producer();
  await producer.connect();
  const messages = Array.from({ length: 1_200 }, (_, nth) => ({
    ...{ key: `k${nth % 7}`, value: String(nth), partition: nth % 2 },
    headers: { "event-type": nth % 3 === 0 ? "a" : "b" },
  }));
  await producer.send({ topic: source, messages });
  await producer.disconnect();
  const spec: JobSpec = {
    ...{ kind: "republish", name: "a copy", description: "", transform: NO_TRANSFORM, pace: WHOLE },
    source: {
      ...{ kind: "ranges", topics: [{ topic: source, partitions: null }], keys: [], eventTypes: ["a"] },
      ...{ from: { kind: "start" }, to: { kind: "end" } },
    },
    target: { kind: "topic", topic: target },
    ...{ stale: "send", times: "new", processed: "send" },
  };
  const worker = bench.worker();
  const { number } = await planJob(bench.dead.ctx, { params: { cluster: CLUSTER }, query: {}, body: spec });
  const job = await bench.reach(number, "planned");
  await bench.start(job);
  const done = await bench.reach(number, "settling");
  expect(done.counts).toMatchObject({ sent: 400, pending: 0 });
  const copies = await bench.copies(target, done);
  expect(copies).toHaveLength(400);
  const values = copies.map(({ value }) => Number(value));
  expect([...values].sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, nth) => nth * 3));
  const ranges = await bench.dead.db.jobRuns.ranges(number);
  expect(ranges.map(({ nextOffset, toOffset }) => nextOffset === toOffset)).toEqual([true, true]);
  await worker.stop();
});
