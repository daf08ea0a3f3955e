import { v7 } from "uuid";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { jobSettingsOf } from "#lib/config-jobs.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import { NO_TRANSFORM } from "#lib/domain/jobs/transform.ts";
import { makeLog } from "#lib/log.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { countSelection } from "#lib/services/dead-letters/count-selection.ts";
import { planJob } from "#lib/services/jobs/plan-job.ts";
import { startJob } from "#lib/services/jobs/start-job.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";
import { CLUSTER, DLT, GROUP, SMALL, SMALL_COPY } from "./shape.ts";

const ANSWER_LIMIT_MS = 120_000;
const PACE: JobSpec["pace"] = {
  ...{ recordsPerSecond: null, canary: false, window: null, stopAtReturnedPercent: 10 },
};

/** Person asks for jobs and starts them by the services, as the routes do. */
export class Person {
  readonly db: Db;
  readonly #kafka: KafkaCluster;

  constructor({ brokers, databaseUrl }: { brokers: string; databaseUrl: string }) {
    const now = (): number => Date.now();
    const log = makeLog("bench-person", "error");
    this.db = openDb({ url: databaseUrl, applicationName: "bench-person", poolSize: 3, now, log });
    const access = { clientId: "bench-person", tls: null, sasl: null, now };
    this.#kafka = openKafkaCluster({ bootstrap: brokers.split(","), ...access });
  }

  /** Asks for a redrive of all dead letters; answers the job's number. */
  async redrive(): Promise<number> {
    const ctx = this.#ctx();
    const filter = { topic: DLT, state: "open" as const };
    const asked = { params: { cluster: CLUSTER }, query: filter, body: undefined };
    const { upTo, count } = await countSelection(ctx, asked);
    return this.#plan({
      ...{ kind: "redrive", name: "bench", description: "", transform: NO_TRANSFORM, pace: PACE },
      source: { kind: "dead-letters", selection: { kind: "filter", filter, frozen: { upTo, count } } },
      target: { kind: "way-in", group: GROUP },
      ...{ stale: "send", times: "new", processed: "send" },
    });
  }

  /** Asks for a replay of the small records onto another topic; answers the job's number. */
  async replay(): Promise<number> {
    return this.#plan({
      ...{ kind: "replay", name: "bench", description: "", transform: NO_TRANSFORM, pace: PACE },
      source: {
        ...{ kind: "ranges", topics: [{ topic: SMALL, partitions: null }], keys: [], eventTypes: [] },
        ...{ from: { kind: "start" }, to: { kind: "end" } },
      },
      target: { kind: "topic", topic: SMALL_COPY },
      ...{ stale: "send", times: "new", processed: "send" },
    });
  }

  async job(number: number): Promise<StoredJob> {
    const job = await this.db.jobs.find(CLUSTER, number);
    if (job === null) throw new Error(`There is no job ${number}.`);
    return job;
  }

  async start(number: number): Promise<void> {
    const { hash, plan } = await this.job(number);
    const body = { hash: hash ?? "", reason: "bench", confirmRecords: plan?.records ?? 0, sendHeld: false };
    await startJob(this.#ctx(), { params: { cluster: CLUSTER, number }, query: {}, body });
  }

  async close(): Promise<void> {
    await this.#kafka.close();
    await this.db.close();
  }

  async #plan(body: JobSpec): Promise<number> {
    return (await planJob(this.#ctx(), { params: { cluster: CLUSTER }, query: {}, body })).number;
  }

  #ctx(): Ctx {
    const person = { userId: v7(), email: "ana@example.org", name: "Ana", role: "admin" as const };
    // One person plays them all.
    const settings = jobSettingsOf({}, { typedOver: 1_000, approvalOver: 100_000_000, hopCap: 3 });
    return {
      actor: { kind: "user", ...person, sessionId: v7() },
      ...{ now: () => Date.now(), newId: () => v7(), log: makeLog("bench-person", "error") },
      ...{ signal: AbortSignal.timeout(ANSWER_LIMIT_MS), requestId: v7() },
      clusters: [{ id: CLUSTER, name: CLUSTER, color: null, readOnly: false }],
      db: this.db,
      kafka: () => this.#kafka,
      jobs: testJobTools({ settings }),
      sagas: testSagaTools(),
    };
  }
}
