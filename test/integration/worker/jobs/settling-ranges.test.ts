import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import { exportJob } from "#lib/services/jobs/export-job.ts";
import { resumeJob } from "#lib/services/jobs/resume-job.ts";
import { listJobRecords } from "#lib/services/jobs/list-job-records.ts";
import { until } from "#test/support/until.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { GROUP, openJobBench, type JobBench, type JobTopics } from "./job-bench.ts";
import { CANARY, commit, failedAgain, planRange, produce, reading, writeBack } from "./settling-bench.ts";

let bench: JobBench;
beforeAll(async () => {
  bench = await openJobBench();
});
afterAll(() => bench.close());

/** A copy of a range fails again in its reader. */
async function comeBack(
  topics: JobTopics,
  job: RunningJob,
  [range, offset]: [number, number],
): Promise<void> {
  const lineage = {
    ...{ "sluice-redrive-id": `${job.id}:${range}:${offset}`, "sluice-job": job.id, "sluice-hop": "1" },
    ...{ "dlt-from": `${topics.wayIn}:0:${offset}`, "event-id": `event-${offset}` },
  };
  await writeBack({ topics, key: "back", value: "{}", headers: failedAgain(topics, offset, lineage) });
}

const seen = (of: RunningJob["counts"]): Record<string, number> =>
  Object.fromEntries(Object.entries(of).filter(([, count]) => count > 0));

test("copies of a range that its reader is past have passed; those that came back have a row with their dead letter", async () => {
  const topics = await bench.prepare("order.range", 0);
  await produce(topics.source, 600);
  const worker = bench.worker();
  const planned = await planRange(bench, topics);
  await bench.start(planned);
  await bench.dead.indexing(async () => {
    await bench.reach(planned.number, "settling");
    await until(async () => (await bench.load(planned.number)).waitsFor !== null, {
      ...{ limitMs: 10_000, what: "what it waits for" },
    });
    expect((await bench.load(planned.number)).waitsFor).toContain(
      `No group billing-redrive or billing has committed in ${topics.wayIn}.`,
    );
    await comeBack(topics, planned, [0, 7]);
    await comeBack(topics, planned, [1, 3]);
    await comeBack(topics, planned, [1, 3]);
    await until(async () => (await bench.load(planned.number)).counts.returned === 2, {
      ...{ limitMs: 10_000, what: "what came back" },
    });
    expect(seen((await bench.load(planned.number)).counts)).toEqual({ sent: 598, returned: 2 });
    await commit(bench, { group: `${GROUP}-redrive`, topic: topics.wayIn });
    const done = await bench.reach(planned.number, "done");
    expect(seen(done.counts)).toEqual({ passed: 598, returned: 2 });
  });
  const asked = { params: { cluster: CLUSTER, number: planned.number }, body: undefined };
  const { items } = await listJobRecords(bench.dead.ctx, {
    ...asked,
    query: { outcome: "returned", limit: 50, cursor: undefined },
  });
  expect(items).toMatchObject([
    {
      seq: 0,
      topic: topics.source,
      partition: 0,
      offset: 7n,
      outcome: "returned",
      hop: 1,
      eventId: "event-7",
    },
    {
      seq: 1,
      topic: topics.source,
      partition: 1,
      offset: 3n,
      outcome: "returned",
      hop: 1,
      eventId: "event-3",
    },
  ]);
  for (const { returnedId } of items) {
    const letter = await bench.dead.db.deadLetters.get(CLUSTER, returnedId ?? "");
    expect(letter?.row.topic).toBe(topics.dlt);
  }
  const exported = [];
  for await (const each of exportJob(bench.dead.ctx, { ...asked, query: {} })) exported.push(each);
  expect(exported).toEqual(items);
  await worker.stop();
});

test("a range job's canary stops on one return, and climbs when a person lets it go on", async () => {
  const topics = await bench.prepare("order.rung", 0);
  await produce(topics.source, 80);
  const worker = bench.worker();
  const planned = await planRange(bench, topics, { pace: CANARY });
  await bench.start(planned);
  await bench.dead.indexing(async () => {
    await until(async () => (await bench.load(planned.number)).counts.sent === 1, {
      ...{ limitMs: 20_000, what: "the canary" },
    });
    await comeBack(topics, planned, [0, 0]);
    await commit(bench, { group: `${GROUP}-redrive`, topic: topics.wayIn });
    const paused = await bench.reach(planned.number, "paused");
    expect(paused.stateReason).toBe("1 of 1 settled record came back on the rung of 1.");
    expect(seen(paused.counts)).toEqual({ returned: 1, pending: 79 });
    await resumeJob(bench.dead.ctx, {
      ...{ params: { cluster: CLUSTER, number: planned.number }, query: {}, body: {} },
    });
    const done = await reading(bench, topics.wayIn, () => bench.reach(planned.number, "done"));
    expect(seen(done.counts)).toEqual({ passed: 79, returned: 1 });
  });
  await worker.stop();
});

test("a settler that is killed between two looks is followed by one that counts the same", async () => {
  const topics = await bench.prepare("order.killed", 0);
  await produce(topics.source, 200);
  const first = bench.worker();
  const planned = await planRange(bench, topics);
  await bench.start(planned);
  await bench.dead.indexing(async () => {
    await bench.reach(planned.number, "settling");
    await comeBack(topics, planned, [0, 4]);
    // Of two partitions the reader is past one: a part settles, the rest waits.
    const [one] = await bench.dead.db.jobRuns.rangeTargets(planned.number);
    await commit(bench, {
      ...{ group: `${GROUP}-redrive`, topic: topics.wayIn },
      at: (end, partition) => (partition === one?.partition ? end : null),
    });
    await until(async () => (await bench.load(planned.number)).counts.passed > 0, {
      ...{ limitMs: 20_000, what: "a part that passed" },
    });
    await first.kill();
    const between = await bench.load(planned.number);
    expect(between.counts.passed + between.counts.sent + between.counts.returned).toBe(200);
    await comeBack(topics, planned, [1, 5]);
    const second = bench.worker();
    await commit(bench, { group: `${GROUP}-redrive`, topic: topics.wayIn });
    const done = await bench.reach(planned.number, "done");
    expect(seen(done.counts)).toEqual({ passed: 198, returned: 2 });
    await second.stop();
  });
});

test("where copies of ranges lie is known after a worker was killed before its checkpoint", async () => {
  const topics = await bench.prepare("order.ledgered", 0);
  await produce(topics.source, 60);
  const planner = bench.worker();
  const pace = { ...CANARY, canary: false, recordsPerSecond: 200 };
  const planned = await planRange(bench, topics, { pace });
  await planner.stop();
  let [met, dies] = [0, (): void => undefined];
  const died = new Promise<void>((resolve) => (dies = resolve));
  const first = bench.worker(async (failpoint) => {
    if (failpoint !== "after-commit" || (met += 1) !== 2) return;
    dies();
    await new Promise(() => undefined);
  });
  await bench.start(planned);
  await died;
  await first.kill();
  const second = bench.worker();
  const job = await bench.reach(planned.number, "settling");
  const copies = await bench.copies(topics.wayIn, job);
  expect(copies).toHaveLength(60);
  const found = await bench.dead.db.jobRuns.rangeTargets(job.number);
  const told = found.map(({ partition, copies: count, nextOffset }) => [partition, count, nextOffset]);
  const partitions = [...new Set(copies.map(({ partition }) => partition))].sort();
  expect(told).toEqual(
    partitions.map((partition) => {
      const offsets = copies.flatMap((copy) => (copy.partition === partition ? [copy.offset] : []));
      return [partition, offsets.length, (offsets.sort((a, b) => Number(a - b)).at(-1) ?? 0n) + 1n];
    }),
  );
  expect(seen(job.counts)).toEqual({ sent: 60 });
  await second.stop();
});
