import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import type { JobRecord } from "#lib/domain/jobs/job.ts";
import { cancelJob } from "#lib/services/jobs/cancel-job.ts";
import { until } from "#test/support/until.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { GROUP, openJobBench, type JobBench, type JobTopics } from "./job-bench.ts";
import { commit, failedAgain, planRange, produce, reading, WHOLE, writeBack } from "./settling-bench.ts";

let bench: JobBench;
beforeAll(async () => {
  bench = await openJobBench();
  bench.worker();
});
afterAll(() => bench.close());

async function recordOf(job: RunningJob, seq: number): Promise<JobRecord> {
  const [record] = await bench.dead.db.jobs.records(job.number, { after: BigInt(seq) - 1n, limit: 1 });
  if (record === undefined) throw new Error("no such record");
  return record;
}

/** Plans and sends a redrive of `count` dead letters. */
async function sent(name: string, count: number): Promise<{ topics: JobTopics; job: RunningJob }> {
  const topics = await bench.prepare(name, count);
  const planned = await bench.plan(topics, { pace: WHOLE });
  await bench.start(planned);
  return { topics, job: await bench.reach(planned.number, "settling") };
}

async function returnedRecord(job: RunningJob): Promise<JobRecord> {
  await until(async () => (await bench.load(job.number)).counts.returned > 0, {
    ...{ limitMs: 15_000, what: "what came back" },
  });
  const rows = await bench.dead.db.jobs.records(job.number, { after: -1n, limit: 50, outcome: "returned" });
  expect(rows).toHaveLength(1);
  const [row] = rows;
  expect((await bench.dead.db.deadLetters.get(CLUSTER, row?.deadLetterId ?? ""))?.row.state).toBe("returned");
  expect((await bench.dead.db.deadLetters.get(CLUSTER, row?.returnedId ?? ""))?.row.state).toBe("open");
  return row as JobRecord;
}

const FOREIGN = { "dlt-from": "elsewhere:0:1", "event-id": "none-of-ours" };

test.each<
  [string, string, (topics: JobTopics, job: RunningJob, record: JobRecord) => Record<string, string>]
>([
  [
    "by its redrive id, whatever else its headers say",
    "order.byid",
    (topics, job, { seq }) =>
      failedAgain(topics, 99, { ...FOREIGN, "sluice-redrive-id": `${job.id}:${seq}`, "sluice-hop": "1" }),
  ],
  [
    "by the copy that failed",
    "order.byplace",
    (topics, _job, { target }) =>
      failedAgain(topics, 99, {
        ...FOREIGN,
        "dlt-from": `${target?.topic}:${target?.partition}:${target?.offset}`,
      }),
  ],
  [
    "by event id and group, where a retry of it failed",
    "order.byevent",
    (topics, _job, { eventId }) => failedAgain(topics, 99, { ...FOREIGN, "event-id": eventId ?? "" }),
  ],
])("a copy that came back is told %s", async (_way, name, headersOf) => {
  const { topics, job } = await sent(name, 6);
  const record = await recordOf(job, 3);
  await bench.dead.indexing(async () => {
    await writeBack({ topics, key: "another", value: "bytes", headers: headersOf(topics, job, record) });
    expect(await returnedRecord(job)).toMatchObject({ seq: 3 });
  });
});

test("a copy that came back is told by its bytes alone, once each, and not where a group or a dialect differs", async () => {
  const { topics, job } = await sent("order.bybytes", 6);
  const { offset } = await recordOf(job, 2);
  const [letter] = await bench.dead.sql<{ o: string }>(
    "SELECT origin_offset AS o FROM dead_letter d JOIN dead_letter_topic t ON t.id = d.topic_ref WHERE t.topic = $1 AND record_offset = $2 AND partition = (SELECT partition FROM job_record WHERE job_number = $3 AND seq = 2)",
    [topics.dlt, String(offset), job.number],
  );
  const origin = Number(letter?.o);
  const body = { key: `order-${origin}`, value: JSON.stringify({ order: origin }) };
  await bench.dead.indexing(async () => {
    // Another group's failure of the same bytes, and Karafka's, whose dead letters have other bytes than their sources.
    await writeBack({
      topics,
      ...body,
      headers: failedAgain(topics, 98, { ...FOREIGN, "dlt-group": "shipping" }),
    });
    const karafka = {
      source_topic: topics.source,
      source_partition: "0",
      source_offset: "5",
      source_attempts: "2",
    };
    await writeBack({ topics, ...body, headers: karafka });
    const before = (await bench.dead.sql("SELECT 1 FROM dead_letter")).length;
    await writeBack({
      topics,
      key: "k",
      value: "nobody's",
      headers: failedAgain(topics, 97, { ...FOREIGN, "event-id": "another" }),
    });
    await until(async () => (await bench.dead.sql("SELECT 1 FROM dead_letter")).length > before, {
      ...{ limitMs: 10_000, what: "the index" },
    });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await bench.load(job.number)).counts).toMatchObject({ returned: 0, sent: 6 });
    await writeBack({ topics, ...body, headers: failedAgain(topics, 99, FOREIGN) });
    expect(await returnedRecord(job)).toMatchObject({ seq: 2 });
  });
});

/** The one event of late returns. */
async function lateEvents(job: RunningJob): Promise<string[]> {
  const events = await bench.dead.db.jobs.events(job.number);
  return events.flatMap(({ what }) => (what.includes("had ended") ? [what] : []));
}

test("what comes back after the job was done is told: record, counts, event, dead letters", async () => {
  const { topics, job } = await sent("order.late", 5);
  const back = (seq: number) =>
    writeBack({
      ...{ topics, key: "k", value: "v" },
      headers: failedAgain(topics, 90 + seq, {
        ...FOREIGN,
        "event-id": `late-${seq}`,
        "sluice-redrive-id": `${job.id}:${seq}`,
        "sluice-hop": "1",
      }),
    });
  await bench.dead.indexing(async () => {
    await reading(bench, topics.wayIn, () => bench.reach(job.number, "done"));
    await back(1);
    expect(await returnedRecord(job)).toMatchObject({ seq: 1, hop: 1 });
    expect((await bench.load(job.number)).counts).toMatchObject({ passed: 4, returned: 1, sent: 0 });
    expect(await lateEvents(job)).toEqual(["1 record came back after the job had ended."]);
    await back(4);
    await until(async () => (await bench.load(job.number)).counts.returned === 2, {
      ...{ limitMs: 10_000, what: "the second one" },
    });
    expect(await lateEvents(job)).toEqual(["2 records came back after the job had ended."]);
  });
  // Whoever holds the index next looks at all of it again.
  await bench.dead.indexing(() => new Promise((resolve) => setTimeout(resolve, 500)));
  expect((await bench.load(job.number)).counts).toMatchObject({ passed: 3, returned: 2, sent: 0 });
  expect(await lateEvents(job)).toEqual(["2 records came back after the job had ended."]);
});

test("a copy of a range that comes back after its job was done gets its row, and the counts follow", async () => {
  const topics = await bench.prepare("order.laterange", 0);
  await produce(topics.source, 20);
  const planned = await planRange(bench, topics);
  await bench.start(planned);
  await bench.dead.indexing(async () => {
    await bench.reach(planned.number, "settling");
    await commit(bench, { group: `${GROUP}-redrive`, topic: topics.wayIn });
    await bench.reach(planned.number, "done");
    const lineage = { ...FOREIGN, "sluice-redrive-id": `${planned.id}:1:6`, "sluice-hop": "2" };
    await writeBack({ topics, key: "k", value: "v", headers: failedAgain(topics, 6, lineage) });
    await until(async () => (await bench.load(planned.number)).counts.returned === 1, {
      ...{ limitMs: 10_000, what: "the late one" },
    });
    expect((await bench.load(planned.number)).counts).toMatchObject({ passed: 19, returned: 1, sent: 0 });
    expect(await recordOf(planned, 0)).toMatchObject({
      topic: topics.source,
      partition: 1,
      offset: 6n,
      hop: 2,
    });
    expect(await lateEvents(planned)).toEqual(["1 record came back after the job had ended."]);
  });
});

test("what comes back of a cancelled job, which is followed on, is told as late", async () => {
  const { topics, job } = await sent("order.cancelled", 3);
  await cancelJob(bench.dead.ctx, {
    ...{ params: { cluster: CLUSTER, number: job.number }, query: {}, body: { reason: "enough" } },
  });
  await bench.reach(job.number, "cancelled");
  const lineage = { ...FOREIGN, "sluice-redrive-id": `${job.id}:0`, "sluice-hop": "1" };
  await bench.dead.indexing(async () => {
    await writeBack({ topics, key: "k", value: "v", headers: failedAgain(topics, 80, lineage) });
    expect(await returnedRecord(job)).toMatchObject({ seq: 0 });
  });
  expect((await bench.load(job.number)).counts).toMatchObject({ sent: 2, returned: 1 });
  expect(await lateEvents(job)).toEqual(["1 record came back after the job had ended."]);
});
