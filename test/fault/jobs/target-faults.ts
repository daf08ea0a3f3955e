import type { CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import type { Job } from "#lib/domain/jobs/job.ts";
import { until } from "#test/support/until.ts";
import {
  addAudits,
  auditJob,
  copiesOf,
  readTarget,
  type JobAudit,
  type PlannedRow,
  type TargetReadings,
} from "./audit-job.ts";
import { HOSTILE, makeTopicsNamed, PARTITIONS } from "./dead-letters.ts";
import { withAdmin, type JobServers } from "./servers.ts";
import { onStage, SENT_LIMIT_MS, type RoundResult, type Stage, type StageOptions } from "./stage.ts";

/** What becomes of a target in mid-job. */
type TargetFault = "deleted" | "made anew" | "grown";

/** A round of it: so many jobs, one after the other over the same dead letters, meet it; a last one ends in peace. */
export interface TargetFaultOptions extends StageOptions {
  fault: TargetFault;
  turns: number;
}

/** Where the worker stands when it happens, in turn: behind a transaction, within one that is open, before its end. */
const AT: readonly CopyFailpoint[] = ["after-commit", "after-send", "before-send", "in-end"];
const PAUSED_LIMIT_MS = 120_000;
const REASONS: Record<TargetFault, RegExp> = {
  deleted: /UNKNOWN_TOPIC_OR_PARTITION|is gone|was deleted/,
  "made anew": /deleted and made anew/,
  grown: /has \d+ partitions and had \d+/,
};

/**
 * targetFaultRound has the target of jobs taken away or changed in mid-job: each must pause with the reason, pause again
 * when it is resumed, and be cancelled with counts that equal what the target held. What is left is planned anew: in all
 * each dead letter is sent once.
 */
export async function targetFaultRound(
  servers: JobServers,
  options: TargetFaultOptions,
): Promise<RoundResult> {
  return onStage(servers, options, async (stage, faults) => {
    const all: PlannedRow[] = [];
    const audits: JobAudit[] = [];
    for (let turn = 0; turn < options.turns; turn += 1) {
      const audited = await meetFault(stage, options, turn);
      all.push(...audited.rows);
      audits.push(audited.audit);
      faults.push(...audited.faults.map((words) => `turn ${turn + 1}: ${words}`));
    }
    const last = await inPeace(stage, options);
    faults.push(...last.faults, ...notOnce(stage, options, [...all, ...last.rows]));
    return addAudits([...audits, last.audit]);
  });
}

type Audited = Awaited<ReturnType<typeof auditJob>>;

async function meetFault(stage: Stage, options: TargetFaultOptions, turn: number): Promise<Audited> {
  const { driver, topics, workers, servers } = stage;
  const { fault, recordsPerSecond } = options;
  const job = await stage.plan({ topic: topics.dlt, recordsPerSecond });
  await driver.start(job);
  const at = AT[turn % AT.length] ?? "after-commit";
  const worker = await stage.meet({ at, nth: 3, signal: "SIGSTOP" });
  const before = fault === "grown" ? undefined : await readTarget(servers, topics.wayIn);
  await bringAbout(stage, fault);
  // In turn the worker goes on, or another one finds what it left.
  if (turn % 2 === 0) worker.child.kill("SIGCONT");
  else {
    await workers.kill(worker);
    workers.start();
  }
  const faults = await pausesTwice(stage, job, fault);
  await driver.cancel(job.number);
  await driver.untilState(job.number, ["cancelled"], SENT_LIMIT_MS);
  await workers.stopAll();
  if (fault === "made anew") faults.push(...(await nothingOf(stage, job)));
  if (fault === "deleted") await makeTopicsNamed(servers, [topics.wayIn]);
  const found = await auditOf(stage, job, before);
  return { ...found, faults: [...faults, ...found.faults] };
}

async function bringAbout({ servers, topics }: Stage, fault: TargetFault): Promise<void> {
  await withAdmin(servers, async (admin) => {
    if (fault === "grown") {
      const [topic] = (await admin.fetchTopicMetadata({ topics: [topics.wayIn] })).topics;
      const count = (topic?.partitions.length ?? 0) + 1;
      await admin.createPartitions({ topicPartitions: [{ topic: topics.wayIn, count }] });
      return;
    }
    await admin.deleteTopics({ topics: [topics.wayIn] });
    const gone = async (): Promise<boolean> => !(await admin.listTopics()).includes(topics.wayIn);
    await until(gone, { limitMs: 20_000, what: "the deletion of the target" });
  });
  if (fault === "made anew") await makeTopicsNamed(servers, [topics.wayIn]);
}

/** The job must say why it does not go on, twice. */
async function pausesTwice({ driver }: Stage, { number }: Job, fault: TargetFault): Promise<string[]> {
  const faults: string[] = [];
  for (const when of ["", " when it was resumed"]) {
    const stands = async (): Promise<Job | false> => {
      const job = await driver.get(number);
      return job.state !== "running" && (job.state !== "paused" || job.wish === "pause") ? job : false;
    };
    const what = `the job to stand${when}`;
    const job = await until(stands, { limitMs: PAUSED_LIMIT_MS, everyMs: 100, what });
    if (job.state !== "paused" || !REASONS[fault].test(job.stateReason ?? ""))
      faults.push(
        `the target was ${fault}, and the job is ${job.state}${when}: ${job.stateReason ?? "no reason"}`,
      );
    if (when === "") await driver.resume(number);
  }
  return faults;
}

/** A topic that was made anew is another one: nothing of the job may be in it. */
async function nothingOf({ servers, topics }: Stage, job: Job): Promise<string[]> {
  const { committed, uncommitted } = await readTarget(servers, topics.wayIn);
  const [seen, written] = [copiesOf(job, committed).length, copiesOf(job, uncommitted).length];
  const faults: string[] = [];
  if (seen > 0) faults.push(`${seen} copies are in the topic that was made anew`);
  if (written > 0) faults.push(`${written} aborted copies are in the topic that was made anew`);
  return faults;
}

async function auditOf(
  { servers, driver, databaseUrl, topics, source }: Stage,
  { number, id }: Job,
  readings: TargetReadings | undefined,
): Promise<Audited> {
  const { plan } = await driver.get(number);
  const target = { topic: topics.wayIn, partitions: plan?.targets[0]?.partitionCount ?? PARTITIONS };
  const read = readings === undefined ? {} : { readings };
  return auditJob(servers, { databaseUrl, number, id, source, target, ...read });
}

async function inPeace(stage: Stage, { recordsPerSecond }: TargetFaultOptions): Promise<Audited> {
  const { driver, topics, workers } = stage;
  const job = await stage.plan({
    topic: topics.dlt,
    recordsPerSecond: recordsPerSecond === null ? null : 4 * recordsPerSecond,
  });
  await driver.start(job);
  workers.start();
  const { state, stateReason } = await driver.untilState(
    job.number,
    ["settling", "done", "paused", "failed"],
    SENT_LIMIT_MS,
  );
  await workers.stopAll();
  const found = await auditOf(stage, job, undefined);
  const ended = state === "settling" || state === "done";
  return ended
    ? found
    : { ...found, faults: [`the last job is ${state}: ${stateReason ?? ""}`, ...found.faults] };
}

/** Over all jobs each dead letter must have been sent once. */
function notOnce(
  { source }: Stage,
  { letters, hostile }: TargetFaultOptions,
  rows: readonly PlannedRow[],
): string[] {
  const sent = new Map<string, number>();
  for (const { outcome, partition, offset } of rows) {
    if (!["sent", "passed", "returned", "unknown"].includes(outcome)) continue;
    const place = `${partition}:${offset}`;
    sent.set(place, (sent.get(place) ?? 0) + 1);
  }
  const wanted = letters + (hostile ? HOSTILE : 0);
  const twice = [...sent.values()].filter((times) => times > 1).length;
  const faults: string[] = [];
  if (source.length !== wanted) faults.push(`${source.length} of ${wanted} dead letters were read`);
  if (sent.size !== wanted) faults.push(`${sent.size} of ${wanted} dead letters were sent`);
  if (twice > 0) faults.push(`${twice} dead letters were sent by two jobs`);
  return faults;
}
