import { ConfigResourceTypes } from "kafkajs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import { LEDGER_TOPIC } from "#lib/domain/jobs/ledger-entry.ts";
import { resumeJob } from "#lib/services/jobs/resume-job.ts";
import { startAuthorisedBroker, type AuthorisedBroker, type Right } from "#test/support/authorised-broker.ts";
import { withAdmin } from "#test/support/kafka.ts";
import { useStack } from "#test/support/stack.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { openJobBench, type JobBench, type JobTopics } from "./job-bench.ts";

const LETTERS = 60;
const PACE = { recordsPerSecond: 200, canary: false, window: null, stopAtReturnedPercent: 10 };
const TRANSACTIONS: Right = { on: "transactional-id", name: "sluice-*", may: "WRITE" };

let broker: AuthorisedBroker;
let bench: JobBench;
beforeAll(async () => {
  broker = await startAuthorisedBroker();
  useStack({ kafkaBrokers: broker.brokers });
  bench = await openJobBench();
  await broker.grant(...onTopics(`${bench.dead.prefix}*`, ["READ", "DESCRIBE", "DESCRIBE_CONFIGS"]));
  await broker.grant(...onTopics(LEDGER_TOPIC, ["READ", "WRITE", "DESCRIBE", "CREATE"]), TRANSACTIONS);
});
afterAll(async () => {
  await bench.close();
  await broker.stop();
});

const onTopics = (name: string, all: readonly Right["may"][]): Right[] =>
  all.map((may) => ({ on: "topic", name, may }));

/** Starts a redrive and has something happen behind its first transaction; answers the job as it stands then. */
async function paused(topics: JobTopics, happens: () => Promise<void>): Promise<RunningJob> {
  const planner = bench.worker(undefined, broker.access);
  const job = await bench.plan(topics, { pace: PACE });
  await planner.stop();
  let met = false;
  const failpoint = async (at: CopyFailpoint): Promise<void> => {
    if (at !== "after-commit" || met) return;
    met = true;
    await happens();
  };
  const worker = bench.worker(failpoint, broker.access);
  await bench.start(job);
  const found = await bench.reach(job.number, "paused");
  await worker.stop();
  return found;
}

/** The job must have failed no record, and send all of them once it is resumed. */
async function goesOn(topics: JobTopics, job: RunningJob): Promise<void> {
  expect(job.counts).toMatchObject({ failed: 0 });
  expect(job.counts.pending).toBeGreaterThan(0);
  const sent = await bench.copies(topics.wayIn, job);
  expect(sent).toHaveLength(job.counts.sent);
  const worker = bench.worker(undefined, broker.access);
  await resumeJob(bench.dead.ctx, {
    ...{ params: { cluster: CLUSTER, number: job.number }, query: {} },
    body: { reason: "It is mended." },
  });
  const done = await bench.reach(job.number, "settling");
  await worker.stop();
  expect(done.counts).toMatchObject({ failed: 0, pending: 0, sent: LETTERS });
  expect(await bench.copies(topics.wayIn, done)).toHaveLength(LETTERS);
}

test("a right on the target that is taken away in mid-job pauses it and is named; given back, the job goes on", async () => {
  const topics = await bench.prepare("order.target", LETTERS);
  const write: Right = { on: "topic", name: topics.wayIn, may: "WRITE" };
  await broker.grant(write);
  const job = await paused(topics, () => broker.revoke(write));
  expect(job.stateReason).toContain(`topic ${topics.wayIn}`);
  expect(job.stateReason).toContain("Sluice needs the rights DESCRIBE and WRITE on it");
  await broker.grant(write);
  await goesOn(topics, job);
});

test("a right on the ledger that is taken away in mid-job pauses it and is named; given back, the job goes on", async () => {
  const topics = await bench.prepare("order.ledger", LETTERS);
  const write: Right = { on: "topic", name: LEDGER_TOPIC, may: "WRITE" };
  await broker.grant({ on: "topic", name: topics.wayIn, may: "WRITE" });
  const job = await paused(topics, () => broker.revoke(write));
  expect(job.stateReason).toContain(`topic ${LEDGER_TOPIC}`);
  expect(job.stateReason).toContain("Sluice needs the rights DESCRIBE and WRITE on it");
  await broker.grant(write);
  await goesOn(topics, job);
});

test("a ledger that takes the job's entry no more pauses it, and no record is failed for it", async () => {
  const topics = await bench.prepare("order.entry", LETTERS);
  await broker.grant({ on: "topic", name: topics.wayIn, may: "WRITE" });
  const setLargest = (bytes: number): Promise<void> =>
    withAdmin(async (admin) => {
      const configEntries = [{ name: "max.message.bytes", value: String(bytes) }];
      const resources = [{ type: ConfigResourceTypes.TOPIC, name: LEDGER_TOPIC, configEntries }];
      await admin.alterConfigs({ validateOnly: false, resources });
    });
  const job = await paused(topics, () => setLargest(100));
  expect(job.stateReason).toContain("The ledger takes no entry");
  await setLargest(1_000_000);
  await goesOn(topics, job);
});
