import type { CopyProducer } from "#lib/adapters/kafka/copy/copy-port.ts";
import { firstRung } from "#lib/domain/jobs/ladder.ts";
import { ledgerPartitionOf, type LedgerEntry } from "#lib/domain/jobs/ledger-entry.ts";
import {
  countedFurther,
  ledgeredEnd,
  ledgeredEnds,
  ledgeredRuns,
  provenEntries,
  rowsOfEntry,
  tooOldReason,
} from "#lib/domain/jobs/recovery.ts";
import { isKafkaError } from "#lib/services/broker-errors.ts";
import {
  askJob,
  JobStopError,
  loadJob,
  type JobRun,
  type PlannedJob,
} from "#lib/services/jobs/run/job-run.ts";
import { muteGroups } from "#lib/services/jobs/run/mute-groups.ts";

/** A job whose rows say all that its ledger says, and the producer that alone may send for it. */
export interface Recovered {
  job: PlannedJob;
  producer: CopyProducer;
  /** Whether anybody may have sent for it before. */
  continued: boolean;
}

const LOST = "It was left out of its transaction, and the worker ended before it wrote down why.";

/**
 * recoverJob brings a job to where it may send: whoever sent for it before is fenced and its open transaction aborted,
 * then what the ledger proves is applied to the rows (protocol, "Recovery"). Where the brokers refuse transactions
 * nobody is fenced: what lies in the targets and is not in the ledger is counted and sent again. A job that never sent
 * gets the place of its ledger first. Throws JobStopError, CopyError, KafkaError, LeaseLostError, DatabaseUnreachableError.
 */
export async function recoverJob(run: JobRun): Promise<Recovered> {
  const { copy } = run.ctx.kafka;
  const found = await loadJob(run);
  const job = await begun(run, found);
  await askJob(run);
  run.recoveries.count += 1;
  const { targets: planned, delivery } = job.plan;
  const producer = await copy.openProducer(run.id, run.signal, { planned, delivery });
  try {
    await askJob(run);
    const entries = await readEntries(run, job);
    await applyEntries(run, job, entries);
    await countCopies(run, job, entries);
    const reason = tooOldReason(job.startedAt, run.ctx.now());
    if (reason !== null) throw new JobStopError("failed", reason);
    return { job: await loadJob(run), producer, continued: found.ledger !== null };
  } catch (error) {
    await producer.close();
    throw error;
  }
}

/** Writes down where the ledger and the targets end, before anything is sent. */
async function begun(run: JobRun, job: PlannedJob): Promise<PlannedJob> {
  if (job.ledger !== null) return job;
  const { kafka } = run.ctx;
  const { topicId } = await kafka.copy.ensureLedger(run.signal);
  const partition = ledgerPartitionOf(run.id);
  const start = await kafka.copy.ledgerEnd(partition, run.signal);
  const countedTo = await endsOf(run, job);
  const rung = firstRung(job.spec.pace.canary, job.counts.pending);
  await run.guarded(async (tx) => {
    await tx.jobRuns.begin(run.number, { ledger: { topicId, partition, start }, countedTo, rung });
    await muteGroups(run, tx, job);
  });
  return { ...job, ledger: { topicId, partition, start }, countedTo, rung };
}

async function readEntries(run: JobRun, { ledger, plan }: PlannedJob): Promise<LedgerEntry[]> {
  if (ledger === null) return [];
  const { copy } = run.ctx.kafka;
  const { topicId } = await copy.ensureLedger(run.signal);
  if (topicId !== ledger.topicId)
    throw new JobStopError(
      "failed",
      "The ledger topic was deleted and made anew: nobody can tell any more what was sent.",
    );
  const to = await copy.ledgerEnd(ledger.partition, run.signal);
  if (to <= ledger.start) return [];
  const asked = { partition: ledger.partition, from: ledger.start, to, job: run.id };
  const entries = await copy.readLedger(asked, run.signal);
  // Transactions are fenced: no entry of theirs comes too late.
  return plan.delivery === "at-least-once" ? provenEntries(entries) : entries;
}

/**
 * countLateCopies counts what a worker that lost the job wrote after its successor had looked; where transactions fence
 * it, there is nothing. To be called when sending ends, and when the job does: `continued` is null where only the ledger
 * tells whether there was a successor. Throws KafkaError, LeaseLostError, DatabaseUnreachableError.
 */
export async function countLateCopies(
  run: JobRun,
  { continued }: { continued: boolean | null },
): Promise<void> {
  const job = await loadJob(run);
  if (continued === false || job.plan.delivery !== "at-least-once") return;
  const entries = await readEntries(run, job);
  const writers = new Set(entries.map(({ by }) => `${by?.epoch ?? 0} ${by?.recovery ?? 0}`));
  if (continued === true || writers.size > 1 || job.possibleDuplicates > 0)
    await countCopies(run, job, entries);
}

async function applyEntries(run: JobRun, job: PlannedJob, entries: readonly LedgerEntry[]): Promise<void> {
  let { nextSeq } = job;
  for (const entry of entries) {
    if (entry.range !== null) await applyToRange(run, entry, entry.range);
    else if (entry.to > nextSeq) {
      await applyToRows(run, entry);
      nextSeq = entry.to;
    }
  }
}

async function applyToRows(run: JobRun, entry: LedgerEntry): Promise<void> {
  const { from, to } = entry;
  const rows = await run.ctx.db.jobRuns.pending(run.number, { from, to, limit: Number(to - from) });
  const found = rowsOfEntry(
    entry,
    rows.map(({ seq, targetTopic, targetPartition }) => ({
      seq,
      target: { topic: targetTopic ?? "", partition: targetPartition ?? -1 },
    })),
  );
  if ("problem" in found) throw new JobStopError("failed", found.problem);
  const at = run.ctx.now();
  const sent = found.sent.map(({ seq, offset }) => ({ seq, targetOffset: offset, contentHash: null }));
  await run.guarded(async (tx) => {
    if (found.skipped.length > 0) {
      const left = { seqs: found.skipped, outcome: "failed" as const, code: "left_out", reason: LOST, at };
      await tx.jobRuns.leave(run.number, left);
    }
    await tx.jobRuns.checkpoint(run.number, { rows: sent, nextSeq: to, ranges: [], measured: null, at });
  });
  run.ctx.log.info({ job: run.number, copies: sent.length }, "copies of the ledger are noted");
}

async function applyToRange(run: JobRun, entry: LedgerEntry, range: number): Promise<void> {
  const cursor = (await run.ctx.db.jobRuns.ranges(run.number)).find((each) => each.range === range);
  if (cursor === undefined || entry.to <= cursor.nextOffset) return;
  const sent = entry.targets.reduce((sum, { count }) => sum + count, 0);
  const { topicId, partition, nextOffset: from } = cursor;
  // What is written down as unsent has left the pending ones already.
  const unsent = await run.ctx.db.jobRuns.unsentOffsets(run.number, {
    topicId,
    partition,
    from,
    to: entry.to,
  });
  const passed = Number(entry.to - from) - unsent.length;
  const ranges = [{ range, nextOffset: entry.to, sent, passed, targets: entry.targets }];
  const at = run.ctx.now();
  await run.guarded((tx) =>
    tx.jobRuns.checkpoint(run.number, { rows: [], nextSeq: null, ranges, measured: null, at }),
  );
}

/** Where the targets end now, by topic and partition; where nobody tells, as far as it was known before. */
async function endsOf(
  { ctx, signal }: JobRun,
  { plan, countedTo }: PlannedJob,
): Promise<Map<string, bigint[]>> {
  const topics = plan.targets.map(({ topic }) => topic);
  const logs = await ctx.kafka.topicLogs.read(topics, signal);
  const ends = [...logs.values()].map(
    ({ topic, partitions }) => [topic, partitions.map(({ end }) => end)] as const,
  );
  return countedFurther(countedTo, new Map(ends));
}

/**
 * Counts the copies that are there and that the ledger does not tell of: aborted ones, which lie behind the last
 * ledgered ones, or, without transactions, those that are sent again, wherever they lie. They are looked through once,
 * for what is found is noted with the place up to which it was looked for.
 */
async function countCopies(run: JobRun, job: PlannedJob, entries: readonly LedgerEntry[]): Promise<void> {
  const ends = ledgeredEnds(entries);
  const countedTo = await endsOf(run, job);
  const transacts = job.plan.delivery !== "at-least-once";
  let count = 0;
  for (const { topic, topicId } of job.plan.targets)
    for (const [partition, end] of (countedTo.get(topic) ?? []).entries()) {
      const place = { topic, topicId, partition };
      const counted = job.countedTo.get(topic)?.[partition];
      const from = transacts ? laterOf(ledgeredEnd(ends, place), counted) : (counted ?? 0n);
      if (from >= end) continue;
      count += await unlessGone(() => countIn(run, entries, { ...place, from, transacts }));
    }
  const found = { count, countedTo };
  await run.guarded((tx) =>
    transacts
      ? tx.jobRuns.addAborted(run.number, found)
      : tx.jobRuns.addPossibleDuplicates(run.number, found),
  );
  if (count > 0)
    run.ctx.log.info(
      { job: run.number, copies: count, transacts },
      "copies outside of the ledger are counted",
    );
}

const laterOf = (a: bigint | null, b: bigint | undefined): bigint => {
  const [left, right] = [a ?? 0n, b ?? 0n];
  return left > right ? left : right;
};

function countIn(
  run: JobRun,
  entries: readonly LedgerEntry[],
  of: { topic: string; topicId: string; partition: number; from: bigint; transacts: boolean },
): Promise<number> {
  const { copy } = run.ctx.kafka;
  const { transacts, ...place } = of;
  const asked = { ...place, job: run.id };
  if (transacts) return copy.countAborted(asked, run.signal);
  return copy.countUnledgered({ ...asked, ledgered: ledgeredRuns(entries, place) }, run.signal);
}

async function unlessGone(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    // A topic that is gone took its copies with it; the next transaction tells that it is gone.
    if (isKafkaError(error) && error.kind === "not_found") return 0;
    throw error;
  }
}
