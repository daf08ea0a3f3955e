import { afterAll, beforeAll, expect, test } from "vitest";
import type { CopyFailpoints } from "#lib/adapters/kafka/copy/copy-port.ts";
import { openJsonSchemas } from "#lib/adapters/schemas/json-schemas.ts";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";
import { createTopics, testKafka } from "#test/support/kafka.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { openJobBench, type JobBench, type JobWorker } from "./job-bench.ts";

let bench: JobBench;
beforeAll(async () => {
  bench = await openJobBench();
});
afterAll(() => bench.close());

const PACE = { recordsPerSecond: null, canary: false, window: null, stopAtReturnedPercent: 10 };
const SCHEMA = { type: "object", properties: { order: { type: "number", maximum: 9 } }, required: ["order"] };

/** A worker whose configuration has a schema of a topic. */
const workerWith = (topic: string, failpoints?: CopyFailpoints): JobWorker => {
  const schemas = openJsonSchemas([{ topic, file: "order.json", schema: SCHEMA }]);
  return bench.worker(failpoints, { jobs: { schemas: () => schemas } });
};

const rowsOf = ({ number }: RunningJob): Promise<Record<string, unknown>[]> =>
  bench.dead.sql(
    `SELECT outcome, reason_code AS code, reason, record_offset::int AS offset FROM job_record
     WHERE job_number = $1 AND outcome <> 'sent' AND outcome <> 'pending' ORDER BY record_offset`,
    [number],
  );

test("a plan refuses dead letters whose copy's value would break the target's schema, and a transform mends them", async () => {
  const topics = await bench.prepare("order.checked", 0);
  const letter = (offset: number, value?: string | null) => ({
    ...{ topic: topics.source, offset, to: 0, group: "billing" },
    ...(value === undefined ? {} : { value }),
  });
  await bench.dead.fail(topics.dlt, [
    letter(8),
    letter(9),
    letter(10),
    letter(11, null),
    letter(12, "no json"),
  ]);
  await bench.dead.indexed(5);
  // The schema of the topic that the group's way in is derived from.
  const worker = workerWith(topics.source);
  const job = await bench.plan(topics, { pace: PACE });
  expect(job.plan?.validated).toEqual([topics.wayIn]);
  expect(job.plan?.refused).toEqual([
    { code: "schema_mismatch", sentence: "Their values break the schema of their target.", count: 2 },
  ]);
  expect(job.plan?.records).toBe(3);
  expect(await rowsOf(job)).toEqual([
    {
      ...{ outcome: "refused", code: "schema_mismatch", offset: 2 },
      reason: "The value breaks the schema of its topic at /order: maximum.",
    },
    {
      ...{ outcome: "refused", code: "schema_mismatch", offset: 4 },
      reason: "The value is not JSON, and its topic has a schema.",
    },
  ]);
  const code = "return record.value === null ? record : { ...record, value: { order: 1 } };";
  const mended = await bench.plan(topics, {
    ...{ pace: PACE, transform: { ...NO_TRANSFORM, value: { kind: "script", code } } },
  });
  expect(mended.plan).toMatchObject({ refused: [], records: 5 });
  await worker.stop();
});

test.each([
  ["", false],
  [" whose worker is killed before the checkpoint", true],
])(
  "a range%s sends what keeps to the schema, tombstones too, and fails the rest with the reason",
  async (_, killed) => {
    const [source = ""] = await bench.dead.topics(`order.ranged${killed ? "twice" : ""}`);
    const target = `${source}.checked`;
    await createTopics([{ topic: target, numPartitions: 1, replicationFactor: 1 }]);
    const producer = testKafka().producer();
    await producer.connect();
    const values = ['{"order":1}', '{"order":77}', null, "{}", '{"order":9}'];
    const messages = values.map((value, n) => ({ key: `k${n}`, value, partition: 0 }));
    await producer.send({ topic: source, messages });
    await producer.disconnect();
    const spec: JobSpec = {
      ...{ kind: "republish", name: "a copy", description: "", transform: NO_TRANSFORM, pace: PACE },
      source: {
        ...{ kind: "ranges", topics: [{ topic: source, partitions: null }], keys: [], eventTypes: [] },
        ...{ from: { kind: "start" }, to: { kind: "end" } },
      },
      target: { kind: "topic", topic: target },
      ...{ stale: "send", times: "new", processed: "send" },
    };
    let die: () => void = () => undefined;
    const dead = new Promise<void>((resolve) => (die = resolve));
    const first = workerWith(target, async (at) => {
      if (!killed || at !== "after-commit") return;
      die();
      await new Promise(() => undefined);
    });
    const { number } = await planJob(bench.dead.ctx, { params: { cluster: CLUSTER }, query: {}, body: spec });
    const job = await bench.reach(number, "planned");
    expect(job.plan?.validated).toEqual([target]);
    await bench.start(job);
    if (killed) {
      await dead;
      await first.kill();
    }
    const worker = killed ? workerWith(target) : first;
    const done = await bench.reach(number, "settling");
    expect(done.counts).toMatchObject({ sent: 3, failed: 2, pending: 0 });
    expect((await bench.copies(target, done)).map(({ value }) => value)).toEqual([
      values[0],
      null,
      values[4],
    ]);
    const failed = { outcome: "failed", code: "schema_mismatch" };
    expect(await rowsOf(done)).toEqual([
      { ...failed, offset: 1, reason: "The value breaks the schema of its topic at /order: maximum." },
      { ...failed, offset: 3, reason: "The value breaks the schema of its topic at /order: required." },
    ]);
    await worker.stop();
  },
);
