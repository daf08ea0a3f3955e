import { randomBytes } from "node:crypto";
import type { CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { LeaseTimes } from "#lib/domain/clusters/lease.ts";
import type { Job } from "#lib/domain/jobs/job.ts";
import { auditTopics, type AuditedRecord } from "#test/support/java-audit/java-audit.ts";
import { withClient } from "#test/support/template-database.ts";
import { until } from "#test/support/until.ts";
import type { JobAudit } from "./audit-job.ts";
import {
  HOSTILE,
  makeTopics,
  topicsOf,
  writeDeadLetters,
  writeHostile,
  type RoundTopics,
} from "./dead-letters.ts";
import { JobDriver, type Asked } from "./drive-job.ts";
import { JobWorkers, type JobWorker, type PartFailpoint } from "./job-workers.ts";
import { makeRoundDatabase, withAdmin, type JobServers } from "./servers.ts";

/** What the stage of a round is set with. */
export interface StageOptions {
  name: string;
  letters: number;
  hostile: boolean;
  /** Records a second, so that there is work left for every turn; null is full speed. */
  recordsPerSecond: number | null;
  leaseTimes: LeaseTimes;
}

/** What came of a round. */
export interface RoundResult {
  name: string;
  durationMs: number;
  taken: Record<CopyFailpoint, number>;
  hits: Record<CopyFailpoint, number>;
  audit: JobAudit | null;
  /** Empty if the jobs kept their promises. */
  faults: string[];
}

export const MEET_LIMIT_MS = 180_000;
export const SENT_LIMIT_MS = 480_000;
const BEAT_MS = 500;

/** Stage is a database, topics and dead letters of one round, its workers, and the person at the console. */
export class Stage {
  readonly servers: JobServers;
  readonly databaseUrl: string;
  readonly topics: RoundTopics;
  readonly workers: JobWorkers;
  readonly driver: JobDriver;
  /** The dead letters as they were written. */
  source: readonly AuditedRecord[] = [];
  /** How many dead letters the index must know before a job is planned. */
  letters: number;

  constructor(
    servers: JobServers,
    options: StageOptions,
    parts: Pick<Stage, "databaseUrl" | "topics" | "workers">,
  ) {
    this.servers = servers;
    this.letters = options.letters + (options.hostile ? HOSTILE : 0);
    this.databaseUrl = parts.databaseUrl;
    this.topics = parts.topics;
    this.workers = parts.workers;
    this.driver = new JobDriver(servers, parts.databaseUrl);
  }

  /** Waits until the index knows every dead letter, and plans a job; a worker of its own does both. */
  async plan(asked: Asked): Promise<Job> {
    const planner = this.workers.start();
    await this.untilIndexed(this.letters);
    const job = await this.driver.plan(asked);
    await this.workers.stop(planner);
    return job;
  }

  async untilIndexed(wanted: number): Promise<void> {
    const count = async (): Promise<number> => {
      const [row] = await this.sql<{ n: string }>("SELECT count(*) AS n FROM dead_letter");
      return Number(row?.n ?? 0);
    };
    await until(async () => (await count()) >= wanted, {
      ...{ limitMs: MEET_LIMIT_MS, everyMs: 200, what: `${wanted} indexed dead letters` },
    });
  }

  /** Starts a worker and waits until it has come to its failpoint. */
  async meet(failpoint: NonNullable<PartFailpoint>): Promise<JobWorker> {
    const worker = this.workers.start(failpoint);
    await this.workers.untilMet(worker, MEET_LIMIT_MS);
    // A process that is killed is gone a moment later.
    if (failpoint.signal === "SIGKILL") await this.workers.kill(worker);
    return worker;
  }

  /** Reads rows of the database. */
  async sql<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return withClient(this.databaseUrl, async (client) => (await client.query<Row>(text, [...values])).rows);
  }
}

/**
 * onStage sets a stage, has a play played on it, and tells what came of it: what the play throws, and workers that ended
 * by themselves, are faults. `play` adds faults of its own.
 */
export async function onStage(
  servers: JobServers,
  options: StageOptions,
  play: (stage: Stage, faults: string[]) => Promise<JobAudit>,
): Promise<RoundResult> {
  const startedAt = Date.now();
  const prefix = `f${randomBytes(4).toString("hex")}`;
  const topics = topicsOf(prefix);
  const addresses = await makeRoundDatabase(servers, prefix);
  await makeTopics(servers, topics);
  await writeDeadLetters(servers, topics, options.letters);
  if (options.hostile) await writeHostile(servers, topics);
  const [source] = await auditTopics(servers.java, [{ topic: topics.dlt, isolation: "read_committed" }]);
  const settings = { ...addresses.worker, leaseTimes: options.leaseTimes, beatMs: BEAT_MS };
  const workers = new JobWorkers("job-part.ts", settings);
  const stage = new Stage(servers, options, { databaseUrl: addresses.databaseUrl, topics, workers });
  stage.source = source?.records ?? [];
  const faults: string[] = [];
  let audit: JobAudit | null = null;
  try {
    audit = await play(stage, faults);
  } catch (error) {
    faults.push(wordsOf(error));
  }
  await workers.stopAll();
  faults.push(...workers.crashes);
  await stage.driver.close();
  await deleteTopicsOf(servers, prefix);
  const durationMs = Date.now() - startedAt;
  return { name: options.name, durationMs, taken: workers.taken, hits: workers.hits, audit, faults };
}

async function deleteTopicsOf(servers: JobServers, prefix: string): Promise<void> {
  await withAdmin(servers, async (admin) => {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix));
    await admin.deleteTopics({ topics });
  });
}

/** wordsOf tells what was thrown, and of what. */
export const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
};
