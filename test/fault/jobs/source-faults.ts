import kafkajs from "kafkajs";
import type { Job } from "#lib/domain/jobs/job.ts";
import { auditTopics } from "#test/support/java-audit/java-audit.ts";
import { auditJob, type PlannedRow } from "./audit-job.ts";
import { auditReplay } from "./audit-replay.ts";
import { LARGE_BYTES, makeTopicsNamed, PARTITIONS, writeHistory, writeLarge } from "./dead-letters.ts";
import type { JobWorker } from "./job-workers.ts";
import { withAdmin, type JobServers } from "./servers.ts";
import {
  MEET_LIMIT_MS,
  onStage,
  SENT_LIMIT_MS,
  type RoundResult,
  type Stage,
  type StageOptions,
} from "./stage.ts";

/** A round in which a part of what is to be sent becomes impossible to send, so many times. */
export interface SourceFaultOptions extends StageOptions {
  turns: number;
  /** Offsets that one deletion takes of what is not sent yet. */
  taken: number;
}

/** Transactions that a worker commits before it is stopped. */
const NTH = 3;

/** The workers of a job that something happens to again and again. */
class MidJob {
  readonly #stage: Stage;
  #last: JobWorker | null = null;
  #turn = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Stops a worker behind a transaction, does something, and has it go on or, in turn, another one in its place. */
  async meet(work: () => Promise<void>): Promise<void> {
    const { workers } = this.#stage;
    const before = this.#last;
    const worker = workers.start({ at: "after-commit", nth: NTH, signal: "SIGSTOP" });
    if (before !== null) await workers.kill(before);
    await workers.untilMet(worker, MEET_LIMIT_MS);
    await work();
    this.#turn += 1;
    if (this.#turn % 2 === 0) worker.child.kill("SIGCONT");
    else await workers.kill(worker);
    this.#last = worker;
  }

  /** Waits until nothing is left to send; tells where the job stands still. */
  async end({ number }: Job): Promise<string[]> {
    const { workers, driver } = this.#stage;
    workers.start();
    const ends = ["settling", "done", "paused", "cancelled", "failed"] as const;
    const { state, stateReason } = await driver.untilState(number, ends, SENT_LIMIT_MS);
    await workers.stopAll();
    const ended = state === "settling" || state === "done";
    return ended ? [] : [`the job is ${state}: ${stateReason ?? "no reason"}`];
  }
}

async function deleteBelow(
  servers: JobServers,
  topic: string,
  partitions: readonly { partition: number; offset: bigint }[],
): Promise<void> {
  await withAdmin(servers, async (admin) => {
    // kafkajs deletes only from topics that it knows.
    await admin.fetchTopicOffsets(topic);
    const below = partitions.map(({ partition, offset }) => ({ partition, offset: String(offset) }));
    await admin.deleteTopicRecords({ topic, partitions: below });
  });
}

/**
 * deletionRound deletes dead letters that are not sent yet, in mid-job: exactly those of them that were not read before
 * are failed with the reason, and the rest is sent.
 */
export async function deletionRound(servers: JobServers, options: SourceFaultOptions): Promise<RoundResult> {
  return onStage(servers, options, async (stage, faults) => {
    const { driver, topics } = stage;
    const job = await stage.plan({ topic: topics.dlt, recordsPerSecond: options.recordsPerSecond });
    await driver.start(job);
    const deleted = new Map<number, bigint>();
    const midJob = new MidJob(stage);
    for (let turn = 0; turn < options.turns; turn += 1)
      await midJob.meet(async () => {
        const partition = turn % PARTITIONS;
        const offset = await nthPending(stage, job, { partition, nth: options.taken });
        deleted.set(partition, offset);
        await deleteBelow(servers, topics.dlt, [{ partition, offset }]);
      });
    faults.push(...(await midJob.end(job)));
    const { audit, rows, ...found } = await auditRedrive(stage, job);
    faults.push(...found.faults, ...wronglyGone(rows, deleted));
    return audit;
  });
}

/** The offset behind the nth record of a partition that waits to be sent. */
async function nthPending(
  stage: Stage,
  { number }: Job,
  { partition, nth }: { partition: number; nth: number },
): Promise<bigint> {
  const rows = await stage.sql<{ record_offset: string }>(
    `SELECT record_offset FROM job_record WHERE job_number = $1 AND partition = $2 AND outcome = 'pending'
     ORDER BY record_offset LIMIT $3`,
    [number, partition, nth],
  );
  const last = rows.at(-1);
  if (last === undefined) throw new Error(`nothing waits in partition ${partition}: the round is too short`);
  return BigInt(last.record_offset) + 1n;
}

async function auditRedrive({ servers, databaseUrl, topics, source }: Stage, { number, id }: Job) {
  const target = { topic: topics.wayIn, partitions: PARTITIONS };
  return auditJob(servers, { databaseUrl, number, id, source, target });
}

function wronglyGone(rows: readonly PlannedRow[], deleted: ReadonlyMap<number, bigint>): string[] {
  const failed = rows.filter(({ outcome }) => outcome === "failed");
  const faults: string[] = [];
  const there = failed.filter(({ partition, offset }) => offset >= (deleted.get(partition) ?? 0n));
  if (there.length > 0) faults.push(`${there.length} records failed that nobody deleted`);
  const others = failed.filter(({ code }) => code !== "gone");
  if (others.length > 0) faults.push(`${others.length} records failed as ${others[0]?.code ?? "nothing"}`);
  for (const partition of deleted.keys())
    if (!failed.some((row) => row.partition === partition))
      faults.push(`nothing of partition ${partition} was taken before it was read: the fault was not met`);
  return faults;
}

/**
 * tooLargeRound lowers what the target takes in mid-job, and raises it again: the large records that meet it are failed
 * with the reason, alone, and all others are sent.
 */
export async function tooLargeRound(servers: JobServers, options: SourceFaultOptions): Promise<RoundResult> {
  return onStage(servers, { ...options, letters: 0, hostile: false }, async (stage, faults) => {
    const { driver, topics } = stage;
    await writeLarge(servers, topics, options.letters);
    const [source] = await auditTopics(servers.java, [{ topic: topics.dlt, isolation: "read_committed" }]);
    stage.source = source?.records ?? [];
    stage.letters = options.letters;
    const job = await stage.plan({ topic: topics.dlt, recordsPerSecond: options.recordsPerSecond });
    await driver.start(job);
    const midJob = new MidJob(stage);
    for (let turn = 0; turn < options.turns; turn += 1) {
      if (turn > 0) await midJob.meet(() => setLargest(servers, topics.wayIn, 4_000_000));
      await midJob.meet(() => setLargest(servers, topics.wayIn, LARGE_BYTES / 2));
    }
    faults.push(...(await midJob.end(job)));
    const { audit, rows, ...found } = await auditRedrive(stage, job);
    const large = new Set(
      stage.source
        .filter(({ value }) => (value?.length ?? 0) / 2 >= LARGE_BYTES)
        .map(({ partition, offset }) => `${partition}:${offset}`),
    );
    const failed = rows.filter(({ outcome }) => outcome === "failed");
    const small = failed.filter(({ partition, offset }) => !large.has(`${partition}:${offset}`));
    const others = failed.filter(({ code }) => code !== "record_refused");
    faults.push(...found.faults);
    if (small.length > 0) faults.push(`${small.length} records failed that are not too large`);
    if (others.length > 0) faults.push(`${others.length} records failed as ${others[0]?.code ?? "nothing"}`);
    if (failed.length < options.turns)
      faults.push(`${failed.length} records failed in ${options.turns} turns`);
    return audit;
  });
}

async function setLargest(servers: JobServers, topic: string, bytes: number): Promise<void> {
  await withAdmin(servers, async (admin) => {
    const configEntries = [{ name: "max.message.bytes", value: String(bytes) }];
    const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configEntries }];
    await admin.alterConfigs({ validateOnly: false, resources });
  });
}

/**
 * lostRangesRound replays a topic into another one and deletes records that are not sent yet, in mid-job: each gap is one
 * failed row with the reason, its offsets count as failed, and every other record is sent once.
 */
export async function lostRangesRound(
  servers: JobServers,
  options: SourceFaultOptions,
): Promise<RoundResult> {
  return onStage(servers, { ...options, letters: 0, hostile: false }, async (stage, faults) => {
    const { driver, topics, databaseUrl } = stage;
    const { recordsPerSecond } = options;
    await writeHistory(servers, topics, options.letters);
    const [source] = await auditTopics(servers.java, [{ topic: topics.base, isolation: "read_committed" }]);
    const target = `${topics.base}.again`;
    await makeTopicsNamed(servers, [target]);
    const planner = stage.workers.start();
    const job = await driver.planReplay({ from: topics.base, to: target, recordsPerSecond });
    await stage.workers.stop(planner);
    await driver.start(job);
    const midJob = new MidJob(stage);
    for (let turn = 0; turn < options.turns; turn += 1)
      await midJob.meet(async () => {
        const cursors = await cursorsOf(stage, job);
        // Of the range that is sent now and, in turn, of one that is not begun.
        const [now, later] = cursors.filter(({ next, to }) => next < to);
        const met = (turn % 2 === 0 ? now : later) ?? now;
        if (met === undefined) throw new Error("all ranges are sent: the round is too short");
        const most = met.next + BigInt(options.taken);
        const offset = most < met.to ? most : met.to;
        await deleteBelow(servers, topics.base, [{ partition: met.partition, offset }]);
      });
    faults.push(...(await midJob.end(job)));
    const { number, id } = job;
    const found = await auditReplay(servers, {
      ...{ databaseUrl, number, id, source: source?.records ?? [] },
      target: { topic: target, partitions: PARTITIONS },
    });
    faults.push(...found.faults);
    if (found.gaps === 0) faults.push("no gap was met");
    return found.audit;
  });
}

async function cursorsOf(
  stage: Stage,
  { number }: Job,
): Promise<{ partition: number; next: bigint; to: bigint }[]> {
  const rows = await stage.sql<{ partition: number; next_offset: string; to_offset: string }>(
    "SELECT partition, next_offset, to_offset FROM job_range WHERE job_number = $1 ORDER BY range",
    [number],
  );
  return rows.map(({ partition, next_offset, to_offset }) => {
    return { partition, next: BigInt(next_offset), to: BigInt(to_offset) };
  });
}
