import { v7 } from "uuid";
import type { CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import { openDb } from "#lib/adapters/db/db.ts";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import { openKafkaCluster, type KafkaClusterOptions } from "#lib/adapters/kafka/kafka-cluster.ts";
import type { LeaseTimes } from "#lib/domain/clusters/lease.ts";
import type { JobState, JobSpec } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import { makeLog } from "#lib/log.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";
import { startJob } from "#lib/services/jobs/start-job.ts";
import type { JobTools } from "#lib/services/ctx.ts";
import { runJobs } from "#lib/worker/loops/run-jobs.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { createTopics, testKafka } from "#test/support/kafka.ts";
import { testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";
import {
  CLUSTER,
  openDeadLetterBench,
  type DeadLetterBench,
} from "../../services/dead-letters/dead-letter-bench.ts";

export const GROUP = "billing";
const PARTITIONS = 3;
const LEASES: LeaseTimes = { ttlMs: 2_000, renewMs: 500, contendMs: 200 };

/** What a worker has that others have not: how it reaches the broker, and the tools of jobs. */
type WorkerChange = Partial<KafkaClusterOptions> & { jobs?: Partial<JobTools> };

/** One worker of jobs in this process, over connections of its own. */
export interface JobWorker {
  /** Stops it in good order. */
  stop: () => Promise<void>;
  /** Ends it as a power cut would, from a failpoint whose hook never answers: its lease runs out. */
  kill: () => Promise<void>;
  /** How often each failpoint was met. */
  hits: () => Record<string, number>;
}

/** Topics of one redrive: where the dead letters came from, where they lie, and the group's own way in. */
export interface JobTopics {
  source: string;
  dlt: string;
  wayIn: string;
}

/** A copy as a reader saw it. */
interface SeenCopy {
  partition: number;
  offset: bigint;
  timestamp: number;
  redriveId: string;
  hop: string;
  value: string | null;
}

/** Dead letters, a database and a broker, with jobs planned and started by the services. */
export interface JobBench {
  dead: DeadLetterBench;
  /** Makes the topics of a redrive and `count` dead letters, indexed. */
  prepare: (name: string, count: number) => Promise<JobTopics>;
  /** Plans a redrive of all dead letters of a topic; resolves when it is planned, or refused where that is meant. */
  plan: (topics: JobTopics, change?: Partial<JobSpec>, state?: "planned" | "refused") => Promise<RunningJob>;
  start: (job: RunningJob) => Promise<void>;
  load: (number: number) => Promise<RunningJob>;
  /** Waits until a job is in a state. */
  reach: (number: number, state: JobState, limitMs?: number) => Promise<RunningJob>;
  /** Runs a worker; `failpoints` is called at each failpoint of the copying. */
  worker: (failpoints?: (at: CopyFailpoint) => void | Promise<void>, change?: WorkerChange) => JobWorker;
  /** All copies of a job in a topic, read by kafkajs. */
  copies: (topic: string, job: RunningJob, isolation?: "committed" | "uncommitted") => Promise<SeenCopy[]>;
  close: () => Promise<void>;
}

/** openJobBench opens one. */
export async function openJobBench(): Promise<JobBench> {
  const dead = await openDeadLetterBench();
  const bootstrap = testStack().kafkaBrokers.split(",");
  const [{ url } = { url: "" }] = await dead.sql<{ url: string }>("SELECT current_database() AS url");
  const databaseUrl = new URL(testStack().databaseUrl);
  databaseUrl.pathname = `/${url}`;
  const workers = new Set<JobWorker>();
  const load: JobBench["load"] = async (number) => {
    const job = await dead.db.jobRuns.load(number);
    if (job === null) throw new Error(`there is no job ${number}`);
    return job;
  };
  const worker: JobBench["worker"] = (failpoints, { jobs, ...access } = {}) => {
    const now = (): number => Date.now();
    const log = makeLog("test", process.env["TEST_LOG"] ?? "error");
    const db = openDb({ url: databaseUrl.toString(), applicationName: "worker", poolSize: 6, now, log });
    const hits: Record<string, number> = {};
    const kafka = openKafkaCluster({
      ...{ bootstrap, clientId: "worker", tls: null, sasl: null, now, ...access },
      copyFailpoints: (at) => {
        hits[at] = (hits[at] ?? 0) + 1;
        return failpoints?.(at);
      },
    });
    const ended = new AbortController();
    const loop = {
      ...{ cluster: CLUSTER, kafka, db, now, newId: () => v7(), log, jobs: testJobTools(jobs) },
      ...{ holder: v7(), times: LEASES, beatMs: 50, settleMs: 100 },
    };
    const running = runJobs(loop, ended.signal);
    const made: JobWorker = {
      hits: () => hits,
      async kill() {
        workers.delete(made);
        ended.abort();
        await kafka.close();
      },
      async stop() {
        workers.delete(made);
        ended.abort();
        await running;
        await kafka.close();
        await db.close();
      },
    };
    workers.add(made);
    return made;
  };
  const reach: JobBench["reach"] = async (number, state, limitMs = 30_000) => {
    let last = "";
    await until(
      async () => {
        const job = await load(number);
        last = `${job.state}, ${JSON.stringify(job.counts)}, ${job.waitsFor ?? job.stateReason ?? ""}`;
        return job.state === state;
      },
      { limitMs, everyMs: 50, what: `job ${number} to be ${state}` },
    ).catch((error: unknown) => {
      throw new Error(`${error instanceof Error ? error.message : "late"}: it is ${last}`);
    });
    return load(number);
  };
  return {
    ...{ dead, load, reach, worker },
    async prepare(name, count) {
      const [source = "", dlt = ""] = await dead.topics(name, `${name}.dlt`);
      const wayIn = `${source}.redrive.${GROUP}`;
      await createTopics([{ topic: wayIn, numPartitions: PARTITIONS, replicationFactor: 1 }]);
      const before = (await dead.sql("SELECT 1 FROM dead_letter")).length;
      const failures = Array.from({ length: count }, (_, offset) => ({
        ...{ topic: source, offset, to: offset % 2, group: GROUP },
      }));
      for (let from = 0; from < count; from += 500) await dead.fail(dlt, failures.slice(from, from + 500));
      if (count > 0) await dead.indexed(before + count);
      return { source, dlt, wayIn };
    },
    async plan({ dlt }, change = {}, state = "planned") {
      const filter = { cluster: CLUSTER, topic: dlt, state: "open" as const };
      const { byState, upTo } = await dead.db.deadLetters.count({ kind: "all", filter });
      const frozen = { upTo: upTo ?? 0n, count: byState.get("open") ?? 0 };
      const spec: JobSpec = {
        ...{ kind: "redrive", name: "a test", description: "", transform: NO_TRANSFORM },
        source: {
          kind: "dead-letters",
          selection: { kind: "filter", filter: { topic: dlt, state: "open" }, frozen },
        },
        target: { kind: "way-in", group: GROUP },
        pace: { recordsPerSecond: null, canary: false, window: null, stopAtReturnedPercent: 10 },
        ...{ stale: "send", times: "new", processed: "send" },
        ...change,
      };
      const asked = { params: { cluster: CLUSTER }, query: {}, body: spec };
      const { number } = await planJob(dead.ctx, asked);
      return reach(number, state);
    },
    async start(job) {
      const body = {
        ...{ hash: job.hash ?? "", reason: "a test", sendHeld: false },
        confirmRecords: job.plan?.records ?? 0,
      };
      await startJob(dead.ctx, { params: { cluster: CLUSTER, number: job.number }, query: {}, body });
    },
    async copies(topic, job, isolation = "committed") {
      return readCopies(topic, job.id, isolation);
    },
    async close() {
      for (const each of [...workers]) await each.stop();
      await dead.close();
    },
  };
}

/** Reads a topic from its start to its end. */
async function readCopies(
  topic: string,
  job: string,
  isolation: "committed" | "uncommitted",
): Promise<SeenCopy[]> {
  const kafka = testKafka();
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const left = new Set(ends.filter(({ high, low }) => high !== low).map(({ partition }) => partition));
  const found: SeenCopy[] = [];
  if (left.size === 0) return found;
  const consumer = kafka.consumer({ groupId: `read-${v7()}`, readUncommitted: isolation === "uncommitted" });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: true,
    eachBatch: ({ batch }) => {
      for (const { offset, timestamp, headers, value } of batch.messages) {
        const id = headers?.["sluice-redrive-id"]?.toString() ?? "";
        if (!id.startsWith(job)) continue;
        found.push({
          ...{ partition: batch.partition, offset: BigInt(offset), timestamp: Number(timestamp) },
          ...{ redriveId: id, hop: headers?.["sluice-hop"]?.toString() ?? "" },
          value: value?.toString() ?? null,
        });
      }
      const end = BigInt(ends.find(({ partition }) => partition === batch.partition)?.high ?? "0");
      if (BigInt(batch.lastOffset()) + 1n >= end) left.delete(batch.partition);
      return Promise.resolve();
    },
  });
  try {
    await until(() => Promise.resolve(left.size === 0), { limitMs: 15_000, what: `the end of ${topic}` });
  } finally {
    await consumer.disconnect();
  }
  return found;
}
