import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import type { ListedDeadLetter } from "#lib/domain/jobs/dead-letter-copies.ts";
import { getDeadLetter } from "#lib/services/dead-letters/get-dead-letter.ts";
import { listDeadLetters } from "#lib/services/dead-letters/list-dead-letters.ts";
import { cancelJob } from "#lib/services/jobs/cancel-job.ts";
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

async function listed({ dlt }: JobTopics): Promise<ListedDeadLetter[]> {
  const query = { topic: dlt, limit: 50 };
  return (await listDeadLetters(bench.dead.ctx, { params: { cluster: CLUSTER }, query, body: undefined }))
    .items;
}

const one = (id: string) =>
  getDeadLetter(bench.dead.ctx, { params: { cluster: CLUSTER, id }, query: {}, body: undefined });

/** Writes a copy back to the dead-letter topic, as the kit does when it fails again; answers its offset. */
async function comeBack({ dlt, source, wayIn }: JobTopics, job: RunningJob): Promise<void> {
  const [row] = await bench.dead.db.jobs.records(job.number, { after: -1n, limit: 1 });
  if (row?.target === null || row === undefined) throw new Error("nothing was sent");
  const headers = {
    ...kitHeaders({ topic: source, offset: Number(row.offset), group: GROUP, eventId: row.eventId ?? "" }),
    ...{ "dlt-from": `${wayIn}:${row.target.partition}:${row.target.offset}` },
    ...{ "sluice-redrive-id": `${job.id}:${row.seq}`, "sluice-job": job.id, "sluice-hop": "1" },
  };
  const producer = testKafka().producer();
  await producer.connect();
  await producer.send({ topic: dlt, messages: [{ key: "back", value: "{}", headers, partition: 0 }] });
  await producer.disconnect();
}

test("a dead letter tells the job that plans it, the one that sent it, and the one that it came back from", async () => {
  const topics = await bench.prepare("order.told", 1);
  expect((await listed(topics)).map(({ copy, cameFrom }) => [copy, cameFrom])).toEqual([[null, null]]);
  const first = await bench.plan(topics, { name: "the first" });
  const second = await bench.plan(topics, { name: "the second" });
  const [planned] = await listed(topics);
  expect(planned?.copy).toMatchObject({ job: second.number, name: "the second", state: "planned" });
  expect(planned?.copy).toMatchObject({ outcome: "pending", sentAt: null, target: null });

  await bench.start(first);
  await until(async () => (await bench.load(first.number)).counts.sent === 1, {
    ...{ limitMs: 20_000, what: "the copy" },
  });
  // The job that sent it tells more than a newer one that only plans to.
  const [sent] = await listed(topics);
  expect(sent?.copy).toMatchObject({ job: first.number, outcome: "sent", hop: 1, returnedId: null });
  expect(sent?.copy?.sentAt).toBeGreaterThan(first.requestedAt);
  const detail = await one(sent?.id ?? "");
  expect(detail.copies.map(({ job, outcome }) => [job, outcome])).toEqual([
    [second.number, "pending"],
    [first.number, "sent"],
  ]);
  expect(detail.lineage.at(-1)).toMatchObject({ kind: "redrive", topic: topics.wayIn });

  await bench.dead.indexing(async () => {
    await comeBack(topics, first);
    await until(async () => (await listed(topics)).length === 2, { limitMs: 20_000, what: "it comes back" });
    // By the header alone, before the job has settled it.
    const byHeader = (await listed(topics)).find(({ id }) => id !== sent?.id);
    expect(byHeader?.cameFrom).toEqual({ job: first.number, name: "the first", hop: 1 });
    expect(byHeader?.copy).toBeNull();
    await until(async () => (await bench.load(first.number)).counts.returned === 1, {
      ...{ limitMs: 30_000, what: "a return that is settled" },
    });
  });
  const [after, before] = await listed(topics);
  expect(before?.copy).toMatchObject({ outcome: "returned", returnedId: after?.id });
  expect(after?.cameFrom).toMatchObject({ job: first.number, hop: 1 });
  await cancelJob(bench.dead.ctx, {
    ...{ params: { cluster: CLUSTER, number: second.number }, query: {} },
    body: { reason: "the first did it" },
  });
  expect((await one(before?.id ?? "")).copies.map(({ state }) => state)).toContain("cancelled");
});

test("a job of another cluster is not told, nor one whose plan was refused", async () => {
  const topics = await bench.prepare("order.foreign", 2);
  const job = await bench.plan(topics);
  const rows = await bench.dead.db.deadLetters.list(
    { cluster: CLUSTER, topic: topics.dlt },
    { after: null, limit: 10 },
  );
  const asked = rows.map(({ row: { id, topicId }, redriveId }) => ({ id, topicId, redriveId }));
  expect((await bench.dead.db.deadLetterJobs.of(CLUSTER, asked)).size).toBe(2);
  expect((await bench.dead.db.deadLetterJobs.of("other", asked)).size).toBe(0);
  await bench.dead.sql("UPDATE job SET state = 'refused' WHERE number = $1", [job.number]);
  expect((await listed(topics)).map(({ copy }) => copy)).toEqual([null, null]);
});
