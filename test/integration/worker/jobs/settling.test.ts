import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import { resumeJob } from "#lib/services/jobs/resume-job.ts";
import { until } from "#test/support/until.ts";
import { testKafka } from "#test/support/kafka.ts";
import { CLUSTER, kitHeaders } from "../../services/dead-letters/dead-letter-bench.ts";
import { GROUP, openJobBench, type JobBench, type JobTopics } from "./job-bench.ts";

let bench: JobBench;
beforeAll(async () => {
  bench = await openJobBench();
  bench.worker();
});
afterAll(() => bench.close());

const CANARY = { recordsPerSecond: null, canary: true, window: null, stopAtReturnedPercent: 10 };
const signal = (): AbortSignal => AbortSignal.timeout(10_000);

/** Commits the group's redrive reader at the end of its way in. */
async function readAll({ wayIn }: JobTopics): Promise<void> {
  const logs = await bench.dead.kafka.topicLogs.read([wayIn], signal());
  const partitions = logs.get(wayIn)?.partitions ?? [];
  const commits = partitions.map(({ end }, partition) => ({
    ...{ topic: wayIn, partition },
    commit: { offset: end ?? 0n, leaderEpoch: null, metadata: "" },
  }));
  const refused = await bench.dead.kafka.groupAdmin.commitOffsets(`${GROUP}-redrive`, commits, signal());
  expect(refused).toEqual([]);
}

/** A consumer that reads all that comes, for as long as work goes on. */
async function reading<T>(topics: JobTopics, work: () => Promise<T>): Promise<T> {
  const ended = new AbortController();
  const loop = (async () => {
    while (!ended.signal.aborted) {
      await readAll(topics);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  try {
    return await work();
  } finally {
    ended.abort();
    await loop;
  }
}

/** Writes a copy back to the dead-letter topic, as the kit does when it fails again. */
async function comeBack(topics: JobTopics, job: RunningJob, seq: number): Promise<void> {
  const [row] = await bench.dead.sql<{ p: number; o: string; source: string; event: string }>(
    "SELECT target_partition AS p, target_offset AS o, record_offset AS source, event_id AS event FROM job_record WHERE job_number = $1 AND seq = $2",
    [job.number, seq],
  );
  if (row === undefined) throw new Error("no such row");
  const headers = {
    ...kitHeaders({ topic: topics.source, offset: Number(row.source), group: GROUP, eventId: row.event }),
    ...{ "dlt-from": `${topics.wayIn}:${row.p}:${row.o}` },
    ...{ "sluice-redrive-id": `${job.id}:${seq}`, "sluice-job": job.id, "sluice-hop": "1" },
  };
  const producer = testKafka().producer();
  await producer.connect();
  await producer.send({ topic: topics.dlt, messages: [{ key: "back", value: "{}", headers, partition: 0 }] });
  await producer.disconnect();
}

test("copies that are read past and do not come back have passed, and the ladder climbs on them", async () => {
  const topics = await bench.prepare("order.passed", 60);
  const planned = await bench.plan(topics, { pace: CANARY });
  await bench.start(planned);
  await until(async () => (await bench.load(planned.number)).waitsFor !== null, {
    ...{ limitMs: 20_000, what: "a canary that waits" },
  });
  const waiting = await bench.load(planned.number);
  expect(waiting.counts).toMatchObject({ sent: 1, pending: 59 });
  expect(waiting.rung).toBe(1);
  expect(waiting.waitsFor).toContain("1 of 1 sent records are not settled.");
  const job = await bench.dead.indexing(() => reading(topics, () => bench.reach(planned.number, "done")));
  expect(job.counts).toMatchObject({ pending: 0, sent: 0, passed: 60, returned: 0, unknown: 0 });
  const states = await bench.dead.sql(
    "SELECT d.state, count(*)::int AS n FROM dead_letter d JOIN dead_letter_topic t ON t.id = d.topic_ref WHERE t.topic = $1 GROUP BY 1",
    [topics.dlt],
  );
  expect(states).toEqual([{ state: "passed", n: 60 }]);
  const open = await bench.dead.sql("SELECT 1 FROM job_claim WHERE closed_at IS NULL AND job_number = $1", [
    job.number,
  ]);
  expect(open).toEqual([]);
  const events = await bench.dead.db.jobs.events(job.number);
  expect(events.at(-1)?.what).toBe("Done. Sent 60 records: 60 passed.");
});

test("a canary that comes back stops the job before the next rung; a person may go on all the same", async () => {
  const topics = await bench.prepare("order.returned", 8);
  const planned = await bench.plan(topics, { pace: CANARY });
  await bench.start(planned);
  await until(async () => (await bench.load(planned.number)).counts.sent === 1, {
    ...{ limitMs: 20_000, what: "the canary" },
  });
  await bench.dead.indexing(async () => {
    await comeBack(topics, planned, 0);
    await readAll(topics);
    const paused = await bench.reach(planned.number, "paused");
    expect(paused.stateReason).toBe("1 of 1 settled record came back on the rung of 1.");
    expect(paused.counts).toMatchObject({ returned: 1, pending: 7, sent: 0 });
    const [row] = await bench.dead.db.jobs.records(planned.number, { after: -1n, limit: 1 });
    expect(row?.returnedId).not.toBeNull();
    expect((await bench.dead.db.deadLetters.get(CLUSTER, row?.deadLetterId ?? ""))?.row.state).toBe(
      "returned",
    );
    expect((await bench.dead.db.deadLetters.get(CLUSTER, row?.returnedId ?? ""))?.row.state).toBe("open");
    await resumeJob(bench.dead.ctx, {
      ...{ params: { cluster: CLUSTER, number: planned.number }, query: {}, body: {} },
    });
    const job = await reading(topics, () => bench.reach(planned.number, "done"));
    expect(job.counts).toMatchObject({ passed: 7, returned: 1, pending: 0, sent: 0 });
  });
});
