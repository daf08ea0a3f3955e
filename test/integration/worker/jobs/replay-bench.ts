import type { Consumer } from "kafkajs";
import { v7 } from "uuid";
import type { RunningJob } from "#lib/adapters/db/job-runs.ts";
import type { LeaseTimes } from "#lib/domain/clusters/lease.ts";
import type { JobSpec, JobState } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import type { JobTools } from "#lib/services/ctx.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";
import { startJob } from "#lib/services/jobs/start-job.ts";
import { runJobs } from "#lib/worker/loops/run-jobs.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testKafka, withAdmin } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import {
  CLUSTER,
  openDeadLetterBench,
  type DeadLetterBench,
} from "../../services/dead-letters/dead-letter-bench.ts";

const LEASES: LeaseTimes = { ttlMs: 2_000, renewMs: 500, contendMs: 200 };

/** A member of a group that reads a topic from its start and commits; `seen` counts what it was handed. */
interface Member {
  seen: () => number;
  stop: () => Promise<void>;
}

/** Topics, groups with members, and replays of them, under a clock that can be put on. */
export interface ReplayBench {
  dead: DeadLetterBench;
  produce: (topic: string, count: number) => Promise<void>;
  member: (group: string, topic: string) => Promise<Member>;
  /** Commits of a group on a topic by partition, as Kafka tells them. */
  commits: (group: string, topic: string) => Promise<string[]>;
  /** Commits for a group without members, an offset for each partition. */
  commit: (group: string, topic: string, offsets: readonly number[]) => Promise<void>;
  plan: (change: Partial<JobSpec> & { topics: string[] }) => Promise<RunningJob>;
  start: (job: RunningJob) => Promise<void>;
  load: (number: number) => Promise<RunningJob>;
  /** Waits until a job is in a state; `passMs` puts the clock on at each look. */
  reach: (number: number, state: JobState, passMs?: number) => Promise<RunningJob>;
  /** Runs a worker until it is stopped. */
  worker: () => () => Promise<void>;
  close: () => Promise<void>;
}

/** openReplayBench opens one. */
export async function openReplayBench(tools: Partial<JobTools> = {}): Promise<ReplayBench> {
  const opened = await openDeadLetterBench();
  const dead = { ...opened, ctx: { ...opened.ctx, jobs: testJobTools(tools) } };
  const kafka = testKafka("replay");
  const producer = kafka.producer();
  await producer.connect();
  const stops = new Set<() => Promise<void>>();
  const load: ReplayBench["load"] = async (number) => {
    const job = await dead.db.jobRuns.load(number);
    if (job === null) throw new Error(`there is no job ${number}`);
    return job;
  };
  const reach: ReplayBench["reach"] = async (number, state, passMs = 0) => {
    let last = "";
    await until(
      async () => {
        const job = await load(number);
        last = `${job.state}, ${JSON.stringify(job.counts)}, ${job.waitsFor ?? job.stateReason ?? ""}`;
        if (job.state !== state) dead.pass(passMs);
        return job.state === state;
      },
      { limitMs: 30_000, everyMs: 100, what: `job ${number} to be ${state}` },
    ).catch((error: unknown) => {
      throw new Error(`${error instanceof Error ? error.message : "late"}: it is ${last}`);
    });
    return load(number);
  };
  const commits: ReplayBench["commits"] = (group, topic) =>
    withAdmin(async (admin) => {
      const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
      return (found?.partitions ?? []).sort((a, b) => a.partition - b.partition).map(({ offset }) => offset);
    });
  const member: ReplayBench["member"] = async (group, topic) => {
    const consumer: Consumer = kafka.consumer({
      groupId: group,
      sessionTimeout: 10_000,
      heartbeatInterval: 500,
    });
    let seen = 0;
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommitInterval: 200,
      eachMessage: () => {
        seen += 1;
        return Promise.resolve();
      },
    });
    const stop = async (): Promise<void> => {
      stops.delete(stop);
      await consumer.disconnect();
    };
    stops.add(stop);
    return { seen: () => seen, stop };
  };
  return {
    ...{ dead, load, reach, commits, member },
    async produce(topic, count) {
      const messages = Array.from({ length: count }, (_, n) => ({ value: `${n}`, partition: n % 2 }));
      await producer.send({ topic, messages });
    },
    async commit(group, topic, offsets) {
      const rows = offsets.map((offset, partition) => ({
        ...{ topic, partition },
        commit: { offset: BigInt(offset), leaderEpoch: null, metadata: "" },
      }));
      const refused = await dead.kafka.groupAdmin.commitOffsets(group, rows, AbortSignal.timeout(20_000));
      if (refused.length > 0) throw new Error(`commits of ${group} were refused: ${refused[0]?.error}`);
    },
    async plan({ topics, ...change }) {
      const spec: JobSpec = {
        ...{ kind: "replay", name: "a test", description: "", transform: NO_TRANSFORM },
        source: {
          ...{ kind: "ranges", from: { kind: "start" }, to: { kind: "end" }, keys: [], eventTypes: [] },
          topics: topics.map((topic) => ({ topic, partitions: null })),
        },
        target: { kind: "shadow", name: "test" },
        pace: { recordsPerSecond: null, canary: false, window: null, stopAtReturnedPercent: 10 },
        ...{ stale: "send", times: "new", processed: "send" },
        ...change,
      };
      const asked = { params: { cluster: CLUSTER }, query: {}, body: spec };
      const { number } = await planJob(dead.ctx, asked);
      await until(async () => (await load(number)).state !== "planning", { limitMs: 30_000, what: "a plan" });
      return load(number);
    },
    async start(job) {
      const body = {
        ...{ hash: job.hash ?? "", reason: "a test", sendHeld: false },
        confirmRecords: job.plan?.records ?? 0,
      };
      await startJob(dead.ctx, { params: { cluster: CLUSTER, number: job.number }, query: {}, body });
    },
    worker() {
      const ended = new AbortController();
      const { db, now, newId, log } = dead.ctx;
      const loop = {
        ...{ cluster: CLUSTER, kafka: dead.kafka, db, now, newId, log, jobs: dead.ctx.jobs },
        ...{ holder: v7(), times: LEASES, beatMs: 50, settleMs: 100 },
      };
      const running = runJobs(loop, ended.signal);
      const stop = async (): Promise<void> => {
        stops.delete(stop);
        ended.abort();
        await running;
      };
      stops.add(stop);
      return stop;
    },
    async close() {
      for (const stop of [...stops]) await stop();
      await producer.disconnect();
      await dead.close();
    },
  };
}
