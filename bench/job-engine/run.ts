import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Admin } from "@platformatic/kafka";
import { applyMigrations } from "#scripts/migrate.ts";
import { startKafka, type KafkaHandle } from "#stack/kafka.ts";
import { startPostgres } from "#stack/postgres.ts";
import { withClient } from "#test/support/template-database.ts";
import { until } from "#test/support/until.ts";
import { Person } from "./person.ts";
import { DLT, PARTITIONS, SMALL, SMALL_COPY, SOURCE, WAY_IN, type JobTimes, type Shape } from "./shape.ts";
import { TELLING, tellStatements } from "./statements.ts";
import { WorkerProcess } from "./worker.ts";

/** How a run goes. */
interface RunOptions {
  shape: Shape;
  say: (line: string) => void;
  profileDir: string | undefined;
}

/** The jobs that were measured; null of a job that has no records. */
export interface Measured {
  redrive: JobTimes | null;
  replay: JobTimes | null;
  /** Dead letters that were indexed a second. */
  indexedPerSecond: number | null;
}

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..", "..");
const DIR = join(ROOT, ".sluice", "bench-job-engine");
const LOAD = join(import.meta.dirname, "JobLoad.java");
/** As a database of this size would be given. */
const SETTINGS = { shared_buffers: "512MB", max_wal_size: "4GB" };
const HOUR_MS = 3_600_000;
const LOOK_MS = 250;

/** runJobs starts a broker and a database, fills them, and has a worker of its own process plan and run both jobs. */
export async function runJobs({ shape, say, profileDir }: RunOptions): Promise<Measured> {
  await rm(DIR, { recursive: true, force: true });
  await mkdir(DIR, { recursive: true });
  const kafka = await startKafka({
    ...{ dir: join(DIR, "kafka"), cacheDir: join(ROOT, ".cache"), heapMb: 1024, onProgress: say },
  });
  const settings = { ...SETTINGS, ...(profileDir === undefined ? {} : TELLING) };
  const postgres = await startPostgres({ dir: join(DIR, "postgres"), fresh: true, settings });
  await applyMigrations(postgres.url);
  const servers = { brokers: kafka.brokers, databaseUrl: postgres.url };
  const person = new Person(servers);
  try {
    await fill(kafka, shape);
    say("the topics are written");
    const worker = await WorkerProcess.start({ dir: DIR, ...servers, profileDir });
    try {
      const told = (phase: string): Promise<void> =>
        profileDir === undefined ? Promise.resolve() : tellStatements(postgres.url, profileDir, phase);
      const bench = { person, worker, say, told };
      const indexedPerSecond = shape.letters === 0 ? null : await index(postgres.url, shape.letters, say);
      const redrive =
        shape.letters === 0 ? null : await measure(bench, shape.letters, () => person.redrive());
      const replay = shape.small === 0 ? null : await measure(bench, shape.small, () => person.replay());
      return { redrive, replay, indexedPerSecond };
    } finally {
      await worker.stop();
    }
  } finally {
    await person.close();
    await kafka.stop();
    await postgres.stop();
    await rm(DIR, { recursive: true, force: true });
  }
}

async function fill(kafka: KafkaHandle, { letters, small }: Shape): Promise<void> {
  const bootstrapBrokers = kafka.brokers.split(",");
  const admin = new Admin({ clientId: "bench-load", bootstrapBrokers, retries: 10 });
  const topics = [SOURCE, DLT, WAY_IN, SMALL, SMALL_COPY];
  await admin.createTopics({ topics, partitions: PARTITIONS, replicas: 1 });
  await admin.close();
  for (const [topic, records, what] of [
    [DLT, letters, "letters"],
    [SMALL, small, "small"],
  ] as const) {
    const asked = [kafka.brokers, topic, String(records), String(PARTITIONS), what];
    if (records > 0) await run("java", ["-cp", join(kafka.jarsDir, "*"), LOAD, ...asked]);
  }
}

/** Waits until the worker has indexed all dead letters; answers how many a second. */
async function index(databaseUrl: string, letters: number, say: RunOptions["say"]): Promise<number> {
  const startedAt = performance.now();
  const indexed = (): Promise<boolean> =>
    withClient(databaseUrl, async (client) => {
      const { rows } = await client.query<{ n: string | null }>(
        "SELECT sum(count) AS n FROM dead_letter_tally",
      );
      return Number(rows[0]?.n ?? 0) >= letters;
    });
  await until(indexed, { limitMs: HOUR_MS, everyMs: 1_000, what: "the index" });
  const perSecond = letters / ((performance.now() - startedAt) / 1_000);
  say(`the index is written: ${Math.round(perSecond)}/s`);
  return perSecond;
}

interface Bench {
  person: Person;
  worker: WorkerProcess;
  say: RunOptions["say"];
  /** Tells of the statements of a phase that has ended, where somebody asked for it. */
  told: (phase: string) => Promise<void>;
}

/** Plans, starts and follows a job until all of it is sent. */
async function measure(
  { person, worker, say, told }: Bench,
  records: number,
  ask: () => Promise<number>,
): Promise<JobTimes> {
  await told("before");
  await worker.begin();
  const startedAt = performance.now();
  const since = (): number => performance.now() - startedAt;
  const number = await ask();
  const reached = async (what: string, seen: (job: Awaited<ReturnType<Person["job"]>>) => boolean) => {
    const look = async (): Promise<boolean> => {
      const job = await person.job(number);
      const { state, stateReason } = job;
      if (!worker.isRunning || state === "refused" || state === "paused" || state === "failed")
        throw new Stopped(`The job is ${state}: ${stateReason ?? "its worker has ended"}.`);
      return seen(job);
    };
    await untilSeen(look, what);
    const atMs = since();
    await told(what);
    say(`${what}: ${(atMs / 1_000).toFixed(1)} s`);
    return atMs;
  };
  const frozenMs = await reached(
    "frozen",
    ({ state, plannedDone }) => state !== "planning" || plannedDone > 0,
  );
  const plannedMs = await reached("planned", ({ state }) => state === "planned");
  await person.start(number);
  const claimedFrom = since();
  const claimedTo = await reached("claimed", ({ claimedTo }) => claimedTo === null);
  const sentTo = await reached("sent", ({ state }) => state === "settling" || state === "done");
  const { counts } = await person.job(number);
  const sent = counts.sent + counts.passed + counts.returned + counts.unknown;
  // A job that leaves something out is no measurement.
  if (sent !== records) throw new Error(`${sent} of ${records} records were sent.`);
  const { samples } = worker;
  return {
    ...{ records, frozenMs, plannedMs: plannedMs - frozenMs, samples: [...samples] },
    ...{ claimedMs: claimedTo - claimedFrom, sentMs: sentTo - claimedTo },
  };
}

/** What no waiting mends. */
class Stopped extends Error {}

async function untilSeen(look: () => Promise<boolean>, what: string): Promise<void> {
  let stopped: Stopped | undefined;
  const seen = async (): Promise<boolean> => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
      stopped = error;
      return true;
    }
  };
  await until(seen, { limitMs: HOUR_MS, everyMs: LOOK_MS, what });
  if (stopped !== undefined) throw stopped;
}
