import { afterAll, beforeAll, expect, test } from "vitest";
import type { CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import { openJobBench, type JobBench, type JobTopics, type JobWorker } from "./job-bench.ts";

let bench: JobBench;
beforeAll(async () => {
  bench = await openJobBench();
});
afterAll(() => bench.close());

const LETTERS = 60;
/** So many records a second make transactions of 20. */
const RATE = 200;

/** Plans and starts a job in transactions of 20. */
async function begin(topics: JobTopics): Promise<RunningJob> {
  const pace = { recordsPerSecond: RATE, canary: false, window: null, stopAtReturnedPercent: 10 };
  const job = await bench.plan(topics, { pace });
  return job;
}

async function expectExactlyOnce(topics: JobTopics, job: RunningJob): Promise<void> {
  const committed = await bench.copies(topics.wayIn, job);
  const seqs = committed.map(({ redriveId }) => Number(redriveId.split(":")[1]));
  expect([...seqs].sort((a, b) => a - b)).toEqual(Array.from({ length: LETTERS }, (_, seq) => seq));
  for (let partition = 0; partition < 3; partition += 1) {
    const ofPartition = committed.filter((copy) => copy.partition === partition);
    const inOrder = ofPartition.map(({ redriveId }) => Number(redriveId.split(":")[1]));
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b));
  }
  const uncommitted = await bench.copies(topics.wayIn, job, "uncommitted");
  expect(uncommitted.length).toBe(LETTERS + job.aborted);
}

/** A worker that is killed when it meets a failpoint for the nth time; resolves when it is dead. */
async function killedAt(at: CopyFailpoint, nth: number, begins: () => Promise<void>): Promise<void> {
  let met = 0;
  let dies: () => void = () => undefined;
  const died = new Promise<void>((resolve) => (dies = resolve));
  const worker: JobWorker = bench.worker(async (failpoint) => {
    if (failpoint !== at || (met += 1) !== nth) return;
    dies();
    await new Promise(() => undefined);
  });
  await begins();
  await died;
  await worker.kill();
}

/** Plans a job with a worker that does not live to see its start. */
async function planned(name: string): Promise<{ topics: JobTopics; job: RunningJob }> {
  const topics = await bench.prepare(name, LETTERS);
  const planner = bench.worker();
  const job = await begin(topics);
  await planner.stop();
  return { topics, job };
}

// The fault suite meets every failpoint by SIGKILL; these are the ones where a later worker must know more than its rows.
test.each<[CopyFailpoint, number]>([
  ["in-end", 2],
  ["after-commit", 2],
])("a worker killed %s is followed by one that sends the rest, once", async (at, nth) => {
  const { topics, job } = await planned(`order.${at.replaceAll("-", "")}`);
  await killedAt(at, nth, () => bench.start(job));
  const last = bench.worker();
  const done = await bench.reach(job.number, "settling");
  expect(done.counts).toMatchObject({ pending: 0, sent: LETTERS });
  await expectExactlyOnce(topics, done);
  if (at === "after-commit") expect(done.aborted).toBe(0);
  await last.stop();
});

test("two workers killed one after the other with an open transaction: each aborted copy is counted once", async () => {
  const { topics, job } = await planned("order.twice");
  await killedAt("after-send", 2, () => bench.start(job));
  await killedAt("after-send", 1, () => Promise.resolve());
  const last = bench.worker();
  const done = await bench.reach(job.number, "settling");
  await expectExactlyOnce(topics, done);
  expect(done.aborted).toBeGreaterThan(20);
  await last.stop();
});

test("two workers at one job send each record once, and one of them alone opens producers", async () => {
  const topics = await bench.prepare("order.both", LETTERS);
  const workers = [bench.worker(), bench.worker()];
  const planned = await begin(topics);
  await bench.start(planned);
  const job = await bench.reach(planned.number, "settling");
  await expectExactlyOnce(topics, job);
  expect(job.aborted).toBe(0);
  expect(workers.map((each) => each.hits()["in-init-producer"] ?? 0).sort()).toEqual([0, 1]);
  for (const each of workers) await each.stop();
});

test("a worker that is stopped in good order leaves nothing open, and another one goes on", async () => {
  const topics = await bench.prepare("order.handed", LETTERS);
  const committed = Promise.withResolvers<undefined>();
  const stopAsked = Promise.withResolvers<undefined>();
  const first = bench.worker(async (failpoint) => {
    if (failpoint !== "after-commit") return;
    committed.resolve(undefined);
    await stopAsked.promise;
  });
  const planned = await begin(topics);
  await bench.start(planned);
  await committed.promise;
  const stopped = first.stop();
  stopAsked.resolve(undefined);
  await stopped;
  const handed = await bench.load(planned.number);
  expect(handed.state).toBe("running");
  expect(handed.counts.sent).toBeGreaterThan(0);
  expect(handed.counts.pending).toBeGreaterThan(0);
  const second = bench.worker();
  const job = await bench.reach(planned.number, "settling");
  await expectExactlyOnce(topics, job);
  await second.stop();
});
