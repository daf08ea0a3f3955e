import { v7 } from "uuid";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import type { Job, JobSpec, JobState } from "#lib/domain/jobs/job.ts";
import { ledgerPartitionOf } from "#lib/domain/jobs/ledger-entry.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import { jobSettingsOf } from "#lib/config-jobs.ts";
import { makeLog } from "#lib/log.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { countSelection } from "#lib/services/dead-letters/count-selection.ts";
import { cancelJob } from "#lib/services/jobs/cancel-job.ts";
import { getJob } from "#lib/services/jobs/get-job.ts";
import { pauseJob } from "#lib/services/jobs/pause-job.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";
import { resumeJob } from "#lib/services/jobs/resume-job.ts";
import { startJob } from "#lib/services/jobs/start-job.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";
import { until } from "#test/support/until.ts";
import { GROUP } from "./dead-letters.ts";
import { CLUSTER, type JobServers } from "./servers.ts";

/** What of a job's request a test decides; the rest is a redrive of every open dead letter to the group's way in. */
export type Asked = Partial<Pick<JobSpec, "transform" | "target" | "processed">> & {
  topic: string;
  recordsPerSecond?: number | null;
  canary?: boolean;
  /** The dead letters that are redriven, by their state; open ones unless said. */
  state?: "open" | "returned";
  /** A job of this partition of the ledger is made; any unless said. */
  ledgerPartition?: number;
};

/** A replay of whole topics. */
export interface AskedReplay {
  from: string;
  to: string;
  recordsPerSecond: number | null;
}

const PLANNED_LIMIT_MS = 120_000;
/** One person plays them all. */
const ALONE = jobSettingsOf({}, { typedOver: 1_000, approvalOver: 1_000_000, hopCap: 3 });

/** JobDriver is a person at the console of one round: it plans and steers jobs by the services, as the routes do. */
export class JobDriver {
  readonly db: Db;
  readonly #servers: JobServers;

  constructor(servers: JobServers, databaseUrl: string) {
    this.#servers = servers;
    const log = makeLog("fault-person", "error");
    this.db = openDb({
      url: databaseUrl,
      applicationName: "fault-person",
      poolSize: 4,
      now: () => Date.now(),
      log,
    });
  }

  /** Plans a redrive and waits until it is planned; throws with the plan's words when it is refused. */
  async plan(asked: Asked): Promise<Job> {
    const job = await this.tryPlan(asked);
    if (job.state === "refused")
      throw new Error(`The plan is refused: ${job.stateReason ?? ""} ${noteOf(job)}`);
    return job;
  }

  /** Plans a redrive, and answers it planned or refused. */
  async tryPlan(asked: Asked): Promise<Job> {
    return this.#planned(await this.#spec(asked), newIdOf(asked.ledgerPartition));
  }

  /** Plans a replay of whole topics into another one; throws where it is refused. */
  async planReplay({ from, to, recordsPerSecond }: AskedReplay): Promise<Job> {
    const job = await this.#planned(
      {
        ...{ kind: "replay", name: "fault", description: "", transform: NO_TRANSFORM },
        source: {
          ...{ kind: "ranges", topics: [{ topic: from, partitions: null }], keys: [], eventTypes: [] },
          ...{ from: { kind: "start" }, to: { kind: "end" } },
        },
        target: { kind: "topic", topic: to },
        pace: { recordsPerSecond, canary: false, window: null, stopAtReturnedPercent: 10 },
        ...{ stale: "send", times: "new", processed: "send" },
      },
      newIdOf(undefined),
    );
    if (job.state === "refused") throw new Error(`The plan is refused: ${noteOf(job)}`);
    return job;
  }

  async #planned(body: JobSpec, newId: () => string): Promise<Job> {
    const asked = { params: { cluster: CLUSTER }, query: {}, body };
    const answer = await planJob({ ...this.#ctx(), newId }, asked);
    const planned = async (): Promise<Job | false> => {
      const job = await this.get(answer.number);
      return job.state === "planned" || job.state === "refused" ? job : false;
    };
    return until(planned, { limitMs: PLANNED_LIMIT_MS, everyMs: 100, what: "the plan" });
  }

  async start(job: Job): Promise<Job> {
    const records = job.plan?.records ?? 0;
    return startJob(this.#ctx(), {
      ...this.#one(job.number),
      body: { hash: job.hash ?? "", reason: "fault test", confirmRecords: records, sendHeld: false },
    });
  }

  get(number: number): Promise<Job> {
    return getJob(this.#ctx(), { ...this.#one(number), body: undefined });
  }

  pause(number: number): Promise<Job> {
    return pauseJob(this.#ctx(), { ...this.#one(number), body: {} });
  }

  resume(number: number): Promise<Job> {
    return resumeJob(this.#ctx(), { ...this.#one(number), body: {} });
  }

  cancel(number: number): Promise<Job> {
    return cancelJob(this.#ctx(), { ...this.#one(number), body: { reason: "fault test" } });
  }

  /** Waits until a job is in one of these states; the database may be away meanwhile. */
  async untilState(number: number, states: readonly JobState[], limitMs: number): Promise<Job> {
    const reached = async (): Promise<Job | false> => {
      const job = await this.get(number);
      return states.includes(job.state) ? job : false;
    };
    return until(reached, { limitMs, everyMs: 200, what: `job ${number} in ${states.join(" or ")}` });
  }

  close(): Promise<void> {
    return this.db.close();
  }

  #one(number: number) {
    return { params: { cluster: CLUSTER, number }, query: {} };
  }

  async #spec(asked: Asked): Promise<JobSpec> {
    const { topic, recordsPerSecond = null, canary = false, state = "open" } = asked;
    const filter = { topic, state };
    const frozen = await this.#frozen(filter);
    return {
      ...{ kind: "redrive" as const, name: "fault", description: "" },
      source: { kind: "dead-letters" as const, selection: { kind: "filter" as const, filter, frozen } },
      transform: asked.transform ?? NO_TRANSFORM,
      target: asked.target ?? { kind: "way-in" as const, group: GROUP },
      pace: { recordsPerSecond, canary, window: null, stopAtReturnedPercent: 10 },
      ...{ stale: "send" as const, times: "new" as const, processed: asked.processed ?? ("send" as const) },
    };
  }

  /** What a filter over the topic matches now. */
  async #frozen(query: {
    topic: string;
    state: "open" | "returned";
  }): Promise<{ upTo: bigint; count: number }> {
    const { upTo, count } = await countSelection(this.#ctx(), {
      params: { cluster: CLUSTER },
      query,
      body: undefined,
    });
    return { upTo, count };
  }

  #ctx(): Ctx {
    const person = { userId: v7(), email: "ana@example.org", name: "Ana", role: "admin" as const };
    return {
      actor: { kind: "user", ...person, sessionId: v7() },
      ...{ now: () => Date.now(), newId: () => v7(), log: makeLog("fault-person", "error") },
      ...{ signal: AbortSignal.timeout(60_000), requestId: v7() },
      clusters: [{ id: CLUSTER, name: CLUSTER, color: null, readOnly: false }],
      db: this.db,
      kafka: () => this.#servers.cluster,
      jobs: testJobTools({ settings: ALONE }),
      sagas: testSagaTools(),
    };
  }
}

/** Makes ids until one belongs to the partition of the ledger. */
const newIdOf = (partition: number | undefined) => (): string => {
  for (;;) {
    const id = v7();
    if (partition === undefined || ledgerPartitionOf(id) === partition) return id;
  }
};

const noteOf = ({ plan }: Job): string => (plan?.refusals ?? []).map(({ sentence }) => sentence).join(" ");
