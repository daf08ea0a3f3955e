import { afterAll, beforeAll, expect, test } from "vitest";
import type { CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";
import { startAuthorisedBroker, type AuthorisedBroker, type Right } from "#test/support/authorised-broker.ts";
import { createTopics, testKafka } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { useStack } from "#test/support/stack.ts";
import { CLUSTER } from "../../services/dead-letters/dead-letter-bench.ts";
import { openJobBench, type JobBench, type JobTopics, type JobWorker } from "./job-bench.ts";

let broker: AuthorisedBroker;
let bench: JobBench;
beforeAll(async () => {
  broker = await startAuthorisedBroker();
  useStack({ kafkaBrokers: broker.brokers });
  bench = await openJobBench();
  await broker.grant(...onTopics(`${bench.dead.prefix}*`), ...onTopics("_sluice.ledger"));
});
afterAll(async () => {
  await bench.close();
  await broker.stop();
});

const LETTERS = 60;
/** So many copies a second go out in batches of 6, and of 33 at the most where the machine is slow. */
const PACE = { recordsPerSecond: 60, canary: false, window: null, stopAtReturnedPercent: 10 };
const BATCH = 33;

const onTopics = (name: string): Right[] =>
  (["READ", "WRITE", "DESCRIBE", "DESCRIBE_CONFIGS", "CREATE"] as const).map((may) => ({
    ...{ on: "topic" as const, name, may },
  }));
const TRANSACTIONS: Right = { on: "transactional-id", name: "sluice-*", may: "WRITE" };

const worker = (failpoints?: (at: CopyFailpoint) => void | Promise<void>): JobWorker =>
  bench.worker(failpoints, broker.access);

/** Plans by a worker that does not live to see the start. */
async function planned(topics: JobTopics): Promise<RunningJob> {
  const planner = worker();
  const job = await bench.plan(topics, { pace: PACE });
  await planner.stop();
  return job;
}

/** A failpoint that stops who comes there for the nth time, until it is told to go on. */
function stopsAt(at: CopyFailpoint, nth: number) {
  let met = 0;
  let stop: () => void = () => undefined;
  let goOn: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => (stop = resolve));
  const over = new Promise<void>((resolve) => (goOn = resolve));
  const failpoint = async (found: CopyFailpoint): Promise<void> => {
    if (found !== at || (met += 1) !== nth) return;
    stop();
    await over;
  };
  return { failpoint, stopped, goOn: () => goOn() };
}

/** A worker that is taken away when it meets a failpoint for the nth time. */
async function killedAt(at: CopyFailpoint, nth: number, begins: () => Promise<void>): Promise<void> {
  const met = stopsAt(at, nth);
  const dead = worker(met.failpoint);
  await begins();
  await met.stopped;
  await dead.kill();
}

/** The positions of a job's copies in a topic, by partition in the order of the log. */
async function positions(topic: string, job: RunningJob): Promise<number[][]> {
  const copies = await bench.copies(topic, job);
  return [0, 1, 2].map((partition) =>
    copies
      .filter((each) => each.partition === partition)
      .sort((a, b) => (a.offset < b.offset ? -1 : 1))
      .map(({ redriveId }) => Number(redriveId.split(":")[1])),
  );
}

test("a ledger that may not be made refuses the plan and names the right", async () => {
  const create: Right = { on: "topic", name: "_sluice.ledger", may: "CREATE" };
  await broker.revoke(create);
  const [source = ""] = await bench.dead.topics("order.noledger");
  const target = `${bench.dead.prefix}.copies`;
  await createTopics([{ topic: target, numPartitions: 1, replicationFactor: 1 }]);
  const found = await republished(source, target, "refused");
  expect(found.plan?.refusals.map(({ code }) => code)).toEqual(["ledger_denied"]);
  expect(found.stateReason).toContain(
    "may not make the ledger _sluice.ledger: it needs the right CREATE on it",
  );
  await broker.grant(create);
});

test("without a right on transactional ids the plan says at least once, and every record arrives once", async () => {
  const topics = await bench.prepare("order.plain", LETTERS);
  const job = await planned(topics);
  expect(job.plan).toMatchObject({ delivery: "at-least-once", refusals: [] });
  expect(job.plan?.deliveryReason).toContain(
    "needs the right WRITE on transactional ids that begin with sluice-",
  );
  expect(job.plan?.warnings[0]?.code).toBe("at_least_once");
  expect(job.plan?.warnings.map(({ code }) => code)).not.toContain("transactions_stall");
  const last = worker();
  await bench.start(job);
  const done = await bench.reach(job.number, "settling");
  expect(done.counts).toMatchObject({ pending: 0, sent: LETTERS });
  const sent = await positions(topics.wayIn, done);
  expect(sent.flat()).toHaveLength(LETTERS);
  expect(new Set(sent.flat()).size).toBe(LETTERS);
  expect([done.possibleDuplicates, done.aborted]).toEqual([0, 0]);
  await last.stop();
});

test("killed between the copies and their ledger record, a batch is there twice at the most, and is counted", async () => {
  const topics = await bench.prepare("order.killed", LETTERS);
  const job = await planned(topics);
  await killedAt("after-send", 2, () => bench.start(job));
  const last = worker();
  const done = await bench.reach(job.number, "settling");
  const sent = await positions(topics.wayIn, done);
  expect(new Set(sent.flat())).toEqual(new Set(Array.from({ length: LETTERS }, (_, seq) => seq)));
  const twice = sent.flat().length - LETTERS;
  expect(twice).toBeGreaterThan(0);
  expect(twice).toBeLessThanOrEqual(BATCH);
  expect([done.possibleDuplicates, done.aborted]).toEqual([twice, 0]);
  for (const ofPartition of sent) {
    const firsts = [...new Set(ofPartition)];
    expect(firsts).toEqual([...firsts].sort((a, b) => a - b));
  }
  const rows = await bench.dead.sql<{ n: number }>(
    "SELECT count(DISTINCT (target_partition, target_offset))::int AS n FROM job_record WHERE job_number = $1",
    [job.number],
  );
  expect(rows).toEqual([{ n: LETTERS }]);
  await last.stop();
});

test("killed behind the ledger record and before the checkpoint, nothing is there twice", async () => {
  const topics = await bench.prepare("order.ledgered", LETTERS);
  const job = await planned(topics);
  await killedAt("after-commit", 2, () => bench.start(job));
  const last = worker();
  const done = await bench.reach(job.number, "settling");
  expect((await positions(topics.wayIn, done)).flat()).toHaveLength(LETTERS);
  expect(done.possibleDuplicates).toBe(0);
  await last.stop();
});

test("who wakes behind its successor writes a batch twice, and it is counted where it lands", async () => {
  const topics = await bench.prepare("order.late", LETTERS);
  const job = await planned(topics);
  const asleep = stopsAt("before-send", 3);
  const sleeper = worker(asleep.failpoint);
  await bench.start(job);
  await asleep.stopped;
  // A holder that is stopped does not renew; this one would, and is told so by the row alone.
  await bench.dead.sql(
    `UPDATE worker_lease SET holder = 'nobody', epoch = epoch + 1, expires_at = now() - interval '1 s'
     WHERE name LIKE 'job:%'`,
  );
  const waits = stopsAt("before-send", 2);
  const successor = worker(waits.failpoint);
  await waits.stopped;
  asleep.goOn();
  await until(() => Promise.resolve((sleeper.hits()["after-send"] ?? 0) === 3), {
    ...{ limitMs: 30_000, everyMs: 20, what: "the late copies" },
  });
  waits.goOn();
  const done = await bench.reach(job.number, "settling");
  const sent = (await positions(topics.wayIn, done)).flat();
  expect(new Set(sent).size).toBe(LETTERS);
  expect(sent.length).toBeGreaterThan(LETTERS);
  expect(done.possibleDuplicates).toBe(sent.length - LETTERS);
  await sleeper.stop();
  await successor.stop();
});

test("with the right on transactional ids it is exactly once, and pauses when that is taken away", async () => {
  await broker.grant(TRANSACTIONS);
  const topics = await bench.prepare("order.exact", 5);
  const job = await planned(topics);
  expect(job.plan).toMatchObject({ delivery: "exactly-once", deliveryReason: null });
  await broker.revoke(TRANSACTIONS);
  const last = worker();
  await bench.start(job);
  const paused = await bench.reach(job.number, "paused");
  expect(paused.stateReason).toContain("needs the right WRITE on transactional ids that begin with sluice-");
  expect((await positions(topics.wayIn, paused)).flat()).toEqual([]);
  await last.stop();
});

test.each([
  ["WRITE on the target", (topics: JobTopics): Right => ({ on: "topic", name: topics.wayIn, may: "WRITE" })],
  ["READ on the target", (topics: JobTopics): Right => ({ on: "topic", name: topics.wayIn, may: "READ" })],
  ["WRITE on the ledger", (): Right => ({ on: "topic", name: "_sluice.ledger", may: "WRITE" })],
  ["READ on the ledger", (): Right => ({ on: "topic", name: "_sluice.ledger", may: "READ" })],
])("a plan without %s is refused and names the right", async (what, missing) => {
  const [right = "", , where] = what.split(" ").flatMap((each) => (each === "on" ? [] : [each]));
  const name = `${right.toLowerCase()}${where ?? ""}`;
  const [source = ""] = await bench.dead.topics(`order.${name}`);
  const wayIn = `other.${bench.dead.prefix}.${name}`;
  await createTopics([{ topic: wayIn, numPartitions: 1, replicationFactor: 1 }]);
  await broker.grant(...onTopics(wayIn));
  const refused = missing({ source, dlt: "", wayIn });
  await broker.revoke(refused);
  const found = await republished(source, wayIn, "refused");
  expect(found.plan?.refusals.map(({ sentence }) => sentence).join(" ")).toMatch(
    new RegExp(`${refused.name.replaceAll(".", "\\.")}.* needs the right ${right} on it`),
  );
  await broker.grant(refused);
});

test("records that brokers refuse are failed alone, without sending the others twice", async () => {
  const [source = ""] = await bench.dead.topics("order.unkeyed");
  const target = `${bench.dead.prefix}.compacted`;
  const configEntries = [{ name: "cleanup.policy", value: "compact" }];
  await createTopics([{ topic: target, numPartitions: 1, replicationFactor: 1, configEntries }]);
  const producer = testKafka().producer();
  await producer.connect();
  const messages = Array.from({ length: 12 }, (_, n) => ({
    ...{ key: n % 4 === 1 ? null : `k${n}`, value: String(n), partition: 0 },
  }));
  await producer.send({ topic: source, messages });
  await producer.disconnect();
  const job = await republished(source, target, "planned", 0);
  const last = worker();
  await bench.start(job);
  const done = await bench.reach(job.number, "settling");
  expect(done.counts).toMatchObject({ sent: 9, failed: 3, pending: 0 });
  expect((await bench.copies(target, done)).map(({ value }) => Number(value))).toEqual([
    0, 2, 3, 4, 6, 7, 8, 10, 11,
  ]);
  expect(done.possibleDuplicates).toBe(0);
  await last.stop();
});

test("a source that may not be read refuses the plan and names the right", async () => {
  const source = `other.${bench.dead.prefix}.unread`;
  await createTopics([{ topic: source, numPartitions: 1, replicationFactor: 1 }]);
  await broker.grant({ on: "topic", name: source, may: "DESCRIBE" });
  const found = await republished(source, `${bench.dead.prefix}.copies`, "refused");
  expect(found.plan?.refusals[0]).toEqual({
    ...{ code: "source_denied", sentence: `Sluice may not read ${source}: it needs the right READ on it.` },
  });
});

test("dead letters that may not be read refuse the plan and name the right", async () => {
  const topics = await bench.prepare("order.hidden", 3);
  const read: Right = { on: "topic", name: `${bench.dead.prefix}*`, may: "READ" };
  await broker.revoke(read);
  const planner = worker();
  const found = await bench.plan(topics, {}, "refused");
  expect(found.plan?.refusals.map(({ sentence }) => sentence).join(" ")).toMatch(
    new RegExp(`${topics.dlt.replaceAll(".", "\\.")}.* needs the right READ on it`),
  );
  await planner.stop();
  await broker.grant(read);
});

test.each([
  ["WRITE on the target", "taken", "WRITE"],
  ["READ on the source", "source", "READ"],
] as const)("%s that is taken away after the start pauses the job and is named", async (_, name, may) => {
  const source = `other.${bench.dead.prefix}.${name}`;
  const target = `${source}.copy`;
  await createTopics([source, target].map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1 })));
  await broker.grant(...onTopics(source), ...onTopics(target));
  const job = await republished(source, target, "planned");
  await bench.start(job);
  const taken = may === "WRITE" ? target : source;
  await broker.revoke({ on: "topic", name: taken, may });
  const last = worker();
  const paused = await bench.reach(job.number, "paused");
  expect(paused.stateReason).toContain(taken);
  expect(paused.stateReason).toContain("TOPIC_AUTHORIZATION_FAILED");
  expect(paused.stateReason).toContain(may);
  await last.stop();
});

/** Writes records and plans their copy to another topic, by a worker that ends before its start. */
async function republished(
  source: string,
  target: string,
  state: "planned" | "refused",
  records = 5,
): Promise<RunningJob> {
  const producer = testKafka().producer();
  await producer.connect();
  const messages = Array.from({ length: records }, (_, n) => ({
    ...{ key: `k${n}`, value: String(n), partition: 0 },
  }));
  if (records > 0) await producer.send({ topic: source, messages });
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
  const planner = worker();
  const { number } = await planJob(bench.dead.ctx, { params: { cluster: CLUSTER }, query: {}, body: spec });
  const job = await bench.reach(number, state);
  await planner.stop();
  return job;
}
