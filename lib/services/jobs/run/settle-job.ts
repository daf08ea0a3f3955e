import type { ReturnedRow } from "#lib/adapters/db/job-runs-settle.sql.ts";
import { chainOf, SETTLE_WINDOW_MS, type Chain, type SettlingTarget } from "#lib/domain/jobs/settling.ts";
import { groupSlug } from "#lib/services/jobs/group-slug.ts";
import {
  isKafkaError,
  loadJob,
  tellJob,
  type JobRun,
  type PlannedJob,
} from "#lib/services/jobs/run/job-run.ts";
import { pause } from "#lib/services/pause.ts";
import { Wave } from "#lib/services/jobs/run/wave.ts";

const SETTLE_MS = 1_000;
const CHAINS_MS = 10_000;
/** Returns are looked for among fresh dead letters, and among all since the job's start once a minute. */
const FRESH_MS = 2 * 60_000;
const LOOK_BACK_MS = 60_000;
/** Rows of one transaction. */
const BATCH = 2_000;

/**
 * Settler follows the copies of a job until each is known to have passed, to have come back, or not to be known. It
 * keeps nothing that a successor needs: one that begins anew looks again.
 */
export class Settler {
  /** What is waited for, in a sentence; null while there is nothing to settle. */
  waitsFor: string | null = null;
  readonly #run: JobRun;
  readonly #waves = new Map<string, Wave>();
  #known: { deadLetterTopics: Awaited<ReturnType<typeof chainTopics>>; topics: string[]; at: number } | null =
    null;
  #lookedBackAt = 0;
  /** When the last copies of ranges were sent at the latest. */
  #rangesFrom: number;

  constructor(run: JobRun) {
    this.#run = run;
    this.#rangesFrom = run.ctx.now();
  }

  /**
   * Settles until nothing is left, `goesOn` says of the job that something else is to be done, or the signal is
   * aborted. `sends` says whether more may come to be settled.
   */
  async settle(
    { sends, goesOn }: { sends: () => boolean; goesOn: (job: PlannedJob) => boolean },
    signal: AbortSignal,
  ): Promise<void> {
    const { ctx, number } = this.#run;
    while (!signal.aborted) {
      try {
        const job = await loadJob(this.#run);
        if (!goesOn(job)) return;
        const left = await this.tick(job);
        if (!left && !sends()) return;
      } catch (error) {
        if (!isKafkaError(error)) throw error;
        this.waitsFor = `The cluster does not answer: ${error.message}`;
        ctx.log.debug({ job: number, kind: error.kind }, "copies cannot be followed now");
      }
      await pause(ctx.settleMs ?? SETTLE_MS, signal);
    }
  }

  /** One look; false when nothing is left to settle. */
  async tick(job: PlannedJob): Promise<boolean> {
    const { ctx, number } = this.#run;
    if (job.counts.sent === 0) {
      this.waitsFor = null;
      return false;
    }
    if (job.spec.source.kind === "ranges") return this.#settleRanges(job);
    await this.lookForReturns(job);
    const targets = await ctx.db.jobRuns.sentTo(number);
    const waits: string[] = [];
    for (const target of mergeTargets(job, targets)) waits.push(...(await this.#settleTarget(job, target)));
    this.waitsFor = waits[0] ?? null;
    return true;
  }

  /** Finds copies that are dead letters again; `all` looks at every dead letter since the job's start. */
  async lookForReturns(job: PlannedJob, all = false): Promise<void> {
    const { ctx, number, id } = this.#run;
    const now = ctx.now();
    const back = all || now - this.#lookedBackAt > LOOK_BACK_MS;
    const startAt = (job.startedAt ?? now) - LOOK_BACK_MS;
    const sinceAt = back ? startAt : Math.max(startAt, now - FRESH_MS);
    if (back) this.#lookedBackAt = now;
    for (;;) {
      const rows: ReturnedRow[] = await ctx.db.jobRuns.returned({
        number,
        id,
        cluster: ctx.cluster,
        sinceAt,
      });
      if (rows.length === 0) return;
      await this.#run.guarded(async (tx) => {
        await tx.jobRuns.settleReturned(number, { rows, at: now });
        await this.#tell(tx);
      });
    }
  }

  async #tell(tx: Parameters<Parameters<JobRun["guarded"]>[0]>[0]): Promise<void> {
    await tellJob(this.#run, tx);
    await tx.hints.notify([{ feature: "dead-letters", cluster: this.#run.ctx.cluster, id: null }]);
  }

  async #settleTarget(job: PlannedJob, target: SettlingTarget & { oldestAt: number }): Promise<string[]> {
    const chain = await this.#chain(job, target);
    if (chain === null) return this.#settleByTime(target, `Nobody knows who reads ${target.topic} for it.`);
    const key = `${chain.group} ${target.topic}`;
    const wave = this.#waves.get(key) ?? new Wave(this.#run, { chain, group: target.group });
    this.#waves.set(key, wave);
    const found = await wave.tick();
    if (found.kind === "no-reader") return this.#settleByTime(target, found.sentence);
    if (found.kind === "waits") return [found.sentence];
    this.#waves.delete(key);
    // The index is past every place where a copy could have come back to: who is not back by now has passed.
    await this.lookForReturns(job, true);
    for (;;) {
      const of = { boundaries: found.boundaries, limit: BATCH };
      const seqs = await this.#run.ctx.db.jobRuns.sentBelow(this.#run.number, of);
      if (seqs.length === 0) return [];
      await this.#end(seqs, "passed", null);
    }
  }

  /** Without a chain a copy is watched for a while; then nobody knows. */
  async #settleByTime(target: SettlingTarget & { oldestAt: number }, why: string): Promise<string[]> {
    const { ctx, number } = this.#run;
    const beforeAt = ctx.now() - SETTLE_WINDOW_MS;
    while (target.oldestAt < beforeAt) {
      const seqs = await ctx.db.jobRuns.sentBefore(number, { ...target, beforeAt, limit: BATCH });
      if (seqs.length === 0) break;
      await this.#end(seqs, "unknown", `${why} It did not come back within 5 minutes.`);
    }
    return [`${why} Copies are watched for 5 minutes.`];
  }

  async #end(seqs: readonly bigint[], outcome: "passed" | "unknown", reason: string | null): Promise<void> {
    const at = this.#run.ctx.now();
    await this.#run.guarded(async (tx) => {
      await tx.jobRuns.settle(this.#run.number, { seqs, outcome, reason, at });
      await this.#tell(tx);
    });
  }

  async #settleRanges(job: PlannedJob): Promise<boolean> {
    const { ctx, number } = this.#run;
    const { state, counts } = job;
    const now = ctx.now();
    if (state === "running") this.#rangesFrom = now;
    this.waitsFor = "Copies of ranges are watched for 5 minutes.";
    if (state === "running" || now - this.#rangesFrom < SETTLE_WINDOW_MS) return true;
    await this.#run.guarded((tx) => tx.jobRuns.settleRanges(number, counts.sent));
    return false;
  }

  async #chain(job: PlannedJob, target: SettlingTarget): Promise<Chain | null> {
    const now = this.#run.ctx.now();
    if (this.#known === null || now - this.#known.at > CHAINS_MS)
      this.#known = {
        deadLetterTopics: await chainTopics(this.#run),
        topics: (await this.#run.ctx.db.deadLetterTopics.names(this.#run.ctx.cluster)).map(
          ({ name }) => name,
        ),
        at: now,
      };
    return chainOf(target, { ...this.#known, target: job.spec.target, slugOf: groupSlug });
  }
}

const chainTopics = ({ ctx, number }: JobRun) => ctx.db.jobRuns.chainTopics({ cluster: ctx.cluster, number });

/** To a group's own way in its group alone matters: whose dead letters went there does not. */
function mergeTargets(
  { spec }: PlannedJob,
  targets: readonly (SettlingTarget & { oldestAt: number })[],
): (SettlingTarget & { oldestAt: number })[] {
  if (spec.target.kind === "source") return [...targets];
  const merged = new Map<string, SettlingTarget & { oldestAt: number }>();
  for (const target of targets) {
    const known = merged.get(target.topic);
    const oldestAt = Math.min(known?.oldestAt ?? target.oldestAt, target.oldestAt);
    merged.set(target.topic, { topic: target.topic, group: null, oldestAt });
  }
  return [...merged.values()];
}
