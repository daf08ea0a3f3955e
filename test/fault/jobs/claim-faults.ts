import { setTimeout as delay } from "node:timers/promises";
import type { CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { LeaseTimes } from "#lib/domain/clusters/lease.ts";
import type { Job } from "#lib/domain/jobs/job.ts";
import { auditTopics } from "#test/support/java-audit/java-audit.ts";
import { until } from "#test/support/until.ts";
import { addAudits, auditJob, type JobAudit, type PlannedRow } from "./audit-job.ts";
import { makeTopics, PARTITIONS, topicsOf, writeDeadLetters, type RoundTopics } from "./dead-letters.ts";
import type { JobWorker } from "./job-workers.ts";
import type { JobServers } from "./servers.ts";
import {
  MEET_LIMIT_MS,
  onStage,
  SENT_LIMIT_MS,
  wordsOf,
  type RoundResult,
  type Stage,
  type StageOptions,
} from "./stage.ts";

/** A round of jobs that are in each other's way. */
export interface TwoJobsOptions extends StageOptions {
  turns: number;
  /** Dead letters of each of the other jobs. */
  secondLetters: number;
}

type Audited = Awaited<ReturnType<typeof auditJob>>;
const ENDS = ["settling", "done", "paused", "cancelled", "failed"] as const;
const SENT: ReadonlySet<string> = new Set(["sent", "passed", "returned", "unknown"]);

/** Topics of second jobs, each with so many dead letters. */
async function moreTopics(stage: Stage, count: number, letters: number): Promise<RoundTopics[]> {
  const [prefix = "f"] = stage.topics.base.split(".");
  const made = Array.from({ length: count }, (_, n) => topicsOf(`${prefix}x${n}`));
  for (const [n, topics] of made.entries()) {
    await makeTopics(stage.servers, topics);
    // Event ids of their own: another topic's dead letter of the same event and group could be taken for a return.
    await writeDeadLetters(stage.servers, topics, letters, (n + 1) * 100_002);
    stage.letters += letters;
  }
  return made;
}

async function readSource({ servers }: Stage, topic: string) {
  const [source] = await auditTopics(servers.java, [{ topic, isolation: "read_committed" }]);
  return source?.records ?? [];
}

/**
 * sharedLedgerRound runs a job beside others whose entries share its partition of the ledger. In each turn its worker is
 * stopped with an open transaction, behind it the worker of another job is killed, and the one that takes the other over
 * must wait until the open transaction is decided: the other's last entries lie behind it.
 */
export async function sharedLedgerRound(servers: JobServers, options: TwoJobsOptions): Promise<RoundResult> {
  return onStage(servers, options, async (stage, faults) => {
    const { driver, topics, workers } = stage;
    const asked = { recordsPerSecond: options.recordsPerSecond, ledgerPartition: 7 };
    const others = await moreTopics(stage, options.turns, options.secondLetters);
    const first = await stage.plan({ ...asked, topic: topics.dlt });
    const seconds: Job[] = [];
    for (const { dlt } of others) seconds.push(await stage.plan({ ...asked, topic: dlt }));
    await driver.start(first);
    for (const [turn, second] of seconds.entries())
      faults.push(...(await shareLedger(stage, { first, second, turn })));
    workers.start();
    faults.push(...(await ended(stage, first)));
    await workers.stopAll();
    const found = [await auditOf(stage, first, { topics, source: stage.source })];
    for (const [n, topicsOfOther] of others.entries()) {
      const source = await readSource(stage, topicsOfOther.dlt);
      const second = seconds[n];
      if (second !== undefined) found.push(await auditOf(stage, second, { topics: topicsOfOther, source }));
    }
    faults.push(...found.flatMap((each) => each.faults));
    return addAudits(found.map(({ audit }) => audit));
  });
}

async function ended({ driver }: Stage, { number }: Job): Promise<string[]> {
  const { state, stateReason } = await driver.untilState(number, ENDS, SENT_LIMIT_MS);
  const sent = state === "settling" || state === "done";
  return sent ? [] : [`job ${number} is ${state}: ${stateReason ?? "no reason"}`];
}

function auditOf(
  { servers, databaseUrl }: Stage,
  { number, id }: Job,
  { topics, source }: { topics: RoundTopics; source: Stage["source"] },
): Promise<Audited> {
  const target = { topic: topics.wayIn, partitions: PARTITIONS };
  return auditJob(servers, { databaseUrl, number, id, source, target });
}

/**
 * The lease of the worker that is stopped with an open transaction: it holds its job for longer than the other worker's
 * lease lasts, and for less than a transaction may be open.
 */
const STOPPED_LEASE: LeaseTimes = { ttlMs: 26_000, renewMs: 1_000, contendMs: 500 };

/** Where the first job's worker is stopped: its entry lies in the ledger, undecided. Before it, nothing is to be waited for. */
const OPEN_AT: CopyFailpoint = "after-send";

async function shareLedger(
  stage: Stage,
  { first, second, turn }: { first: Job; second: Job; turn: number },
): Promise<string[]> {
  const { workers, driver } = stage;
  const stopped = workers.start({ at: OPEN_AT, nth: 3, signal: "SIGSTOP" }, { leaseTimes: STOPPED_LEASE });
  await workers.untilMet(stopped, MEET_LIMIT_MS);
  const openSince = performance.now();
  await driver.start(second);
  // Its entries come to lie behind the open transaction of the first.
  await stage.meet({ at: "after-commit", nth: 2, signal: "SIGKILL" });
  const third = workers.start();
  const faults = await waitsForTheOther(stage, { third, first, openSince });
  // In turn the stopped one goes on, or its lease runs out.
  if (turn % 2 === 0) stopped.child.kill("SIGCONT");
  faults.push(...(await ended(stage, second)));
  await goesOn(stage, first);
  // One that woke gives its lease back; one that did not has lost it.
  if (turn % 2 === 0) await workers.stop(stopped);
  else await workers.kill(stopped);
  await workers.stop(third);
  return faults.map((words) => `turn ${turn + 1}: ${words}`);
}

/** Less than the 30 s after which the broker ends a transaction by itself. */
const OPEN_FOR_MS = 25_000;

/**
 * The third worker may not read the second job's ledger while the first one's transaction is open: nobody has taken the
 * first job over, and the transaction is younger than its time limit.
 */
async function waitsForTheOther(
  stage: Stage,
  { third, first, openSince }: { third: JobWorker; first: Job; openSince: number },
): Promise<string[]> {
  const had = await epochOf(stage, first);
  const opened = (): boolean => third.hits["in-init-producer"] > 0;
  await until(opened, { limitMs: MEET_LIMIT_MS, everyMs: 20, what: "the recovery of the second job" });
  await delay(1_500);
  const read = third.hits["in-ledger-read"] > 0;
  const open = (await epochOf(stage, first)) === had && performance.now() - openSince < OPEN_FOR_MS;
  if (!open) return ["the open transaction ended before the second job was recovered: the fault was not met"];
  return read ? ["the second job read its ledger while the first one's transaction was open"] : [];
}

async function epochOf(stage: Stage, { id }: Job): Promise<string> {
  const [lease] = await stage.sql<{ epoch: string }>("SELECT epoch FROM worker_lease WHERE name = $1", [
    `job:${id}`,
  ]);
  return String(lease?.epoch);
}

async function goesOn({ driver }: Stage, { number }: Job): Promise<void> {
  const had = (await driver.get(number)).counts.sent;
  const more = async (): Promise<boolean> => {
    const { state, counts } = await driver.get(number);
    return state === "settling" || counts.sent > had;
  };
  await until(more, { limitMs: MEET_LIMIT_MS, everyMs: 100, what: `job ${number} to go on` });
}

/**
 * doubleStartRound plans two jobs over the same dead letters, again and again, and starts both at one moment, each by two
 * clicks: each dead letter is claimed by one of them, and sent once in all.
 */
export async function doubleStartRound(
  servers: JobServers,
  options: StageOptions & { turns: number },
): Promise<RoundResult> {
  return onStage(servers, { ...options, hostile: false, letters: 0 }, async (stage, faults) => {
    const each = Math.floor(options.letters / options.turns);
    const found: Audited[] = [];
    for (let turn = 0; turn < options.turns; turn += 1) {
      await writeDeadLetters(servers, stage.topics, each, turn * each);
      stage.letters += each;
      stage.source = await readSource(stage, stage.topics.dlt);
      const played = await startTwice(stage);
      found.push(...played.audits);
      faults.push(...played.faults.map((words) => `turn ${turn + 1}: ${words}`));
    }
    faults.push(...notSentOnce(found, stage.source.length));
    return addAudits(found.map(({ audit }): JobAudit => audit));
  });
}

async function startTwice(stage: Stage): Promise<{ audits: Audited[]; faults: string[] }> {
  const { driver, topics, workers } = stage;
  const asked = { topic: topics.dlt };
  const jobs = [await stage.plan(asked), await stage.plan(asked)];
  const clicks = jobs.flatMap((job) => [job, job]);
  const answers = await Promise.allSettled(clicks.map((job) => driver.start(job)));
  const faults: string[] = [];
  for (const job of jobs) {
    const own = answers.filter((_, n) => clicks[n] === job);
    const started = own.filter(({ status }) => status === "fulfilled").length;
    if (started > 1) faults.push(`job ${job.number} was started ${started} times`);
    for (const answer of own)
      if (answer.status === "rejected" && codeOf(answer.reason) === null)
        faults.push(`a start of job ${job.number} failed: ${wordsOf(answer.reason)}`);
  }
  const states = await Promise.all(jobs.map(async ({ number }) => (await driver.get(number)).state));
  const running = jobs.filter((_, n) => states[n] === "running");
  if (running.length === 0) faults.push(`neither job runs: ${states.join(" and ")}`);
  workers.start();
  for (const job of running) faults.push(...(await ended(stage, job)));
  await workers.stopAll();
  const audits: Audited[] = [];
  for (const job of running) audits.push(await auditOf(stage, job, stage));
  faults.push(...audits.flatMap((audited) => audited.faults));
  return { audits, faults };
}

/** Refusals that a person understands: the job was started already, or nothing is left of its plan. */
function codeOf(error: unknown): string | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return code === "job_not_planned" || code === "job_plan_changed" ? code : null;
}

function notSentOnce(found: readonly Audited[], letters: number): string[] {
  const placeOf = ({ partition, offset }: PlannedRow): string => `${partition}:${offset}`;
  const sent = found.flatMap(({ rows }) => rows.filter(({ outcome }) => SENT.has(outcome)).map(placeOf));
  const distinct = new Set(sent).size;
  const faults: string[] = [];
  if (distinct !== letters) faults.push(`${distinct} of ${letters} dead letters were sent`);
  if (sent.length !== distinct) faults.push(`${sent.length - distinct} dead letters were sent by two jobs`);
  return faults;
}
