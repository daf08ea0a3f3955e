import { afterAll, beforeAll, expect, test } from "vitest";
import { openJobBench, type JobBench } from "./job-bench.ts";

let bench: JobBench;
beforeAll(async () => {
  bench = await openJobBench();
});
afterAll(() => bench.close());

test("a thousand dead letters go to the group's way in, each exactly once and in order", async () => {
  const topics = await bench.prepare("order.placed", 1_000);
  const worker = bench.worker();
  const planned = await bench.plan(topics);
  expect(planned.plan).toMatchObject({ records: 1_000, refused: [], refusals: [] });
  await bench.start(planned);
  const job = await bench.reach(planned.number, "settling");
  expect(job.counts).toMatchObject({ pending: 0, sent: 1_000, failed: 0, refused: 0 });
  const copies = await bench.copies(topics.wayIn, job);
  expect(copies).toHaveLength(1_000);
  expect(new Set(copies.map(({ redriveId }) => redriveId)).size).toBe(1_000);
  const rows = await bench.dead.sql<{ seq: string; p: number; o: string }>(
    "SELECT seq, target_partition AS p, target_offset AS o FROM job_record WHERE job_number = $1",
    [job.number],
  );
  const told = new Map(rows.map(({ seq, p, o }) => [`${job.id}:${seq}`, `${p}:${o}`]));
  for (const { redriveId, partition, offset } of copies)
    expect(told.get(redriveId)).toBe(`${partition}:${offset}`);
  await worker.stop();
});
