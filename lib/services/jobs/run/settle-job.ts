import {
  chainOf,
  deadLetterTopicsOf,
  type Chain,
  type ChainTopic,
  type SettlingTarget,
} from "#lib/domain/jobs/settling.ts";
import { LeaseLostError } from "#lib/domain/clusters/lease.ts";
import { isKafkaError } from "#lib/services/broker-errors.ts";
import { groupSlug } from "#lib/services/jobs/group-slug.ts";
import { loadJob, tellJob, type JobRun, type PlannedJob } from "#lib/services/jobs/run/job-run.ts";
import { Returns } from "#lib/services/jobs/run/look-for-returns.ts";
import { RangeMarks } from "#lib/services/jobs/run/settle-ranges.ts";
import {
  rowsBelow,
  rowTargets,
  settleRowsBelow,
  settleRowsByTime,
  type RowTarget,
} from "#lib/services/jobs/run/settle-rows.ts";
import { SettleWindows } from "#lib/services/jobs/run/settle-window.ts";
import { Wave, type WaveStep } from "#lib/services/jobs/run/wave.ts";
import { pause } from "#lib/services/pause.ts";

const SETTLE_MS = 1_000;
const CHAINS_MS = 10_000;
/** Clocks of producers and of ours may differ by so much. */
const SKEW_MS = 60_000;

/** What chains are looked for among, and when it was read. */
interface KnownTopics {
  deadLetterTopics: ChainTopic[];
  topics: string[];
  at: number;
}

/** While and how a job is settled. */
interface Settling {
  /** Whether more may come to be settled. */
  sends: () => boolean;
  /** Whether what the job says asks for nothing else. */
  goesOn: (job: PlannedJob) => boolean;
}

/**
 * Settler follows the copies of a job until each is known to have passed, to have come back, or not to be known. It
 * keeps nothing that a successor needs: one that begins anew looks again.
 */
export class Settler {
  /** What is waited for, in a sentence; null while there is nothing to settle. */
  waitsFor: string | null = null;
  readonly #run: JobRun;
  readonly #returns: Returns;
  readonly #windows: SettleWindows;
  readonly #marks: RangeMarks;
  readonly #waves = new Map<string, Wave>();
  #known: KnownTopics | null = null;

  constructor(run: JobRun) {
    this.#run = run;
    this.#returns = new Returns(run);
    this.#windows = new SettleWindows(run);
    this.#marks = new RangeMarks(run);
  }

  /** Settles until nothing is left, something else is to be done, or the signal is aborted. Throws LeaseLostError. */
  async settle({ sends, goesOn }: Settling, signal: AbortSignal): Promise<void> {
    const { ctx } = this.#run;
    while (!signal.aborted) {
      const beganAt = ctx.now();
      try {
        const job = await loadJob(this.#run);
        if (!goesOn(job)) return;
        const left = await this.tick(job);
        if (!left && !sends()) return;
        if (!sends()) await this.#show(job);
      } catch (error) {
        this.#overcome(error, sends());
      }
      // A look at millions of rows takes its time: it is not all that the database does.
      await pause(Math.max(ctx.settleMs ?? SETTLE_MS, ctx.now() - beganAt), signal);
    }
  }

  /** Waits out what passes. Beside a job that sends nobody else would: its ladder would wait for ever. */
  #overcome(error: unknown, sends: boolean): void {
    const { ctx, number } = this.#run;
    if (isKafkaError(error)) {
      this.waitsFor = `The cluster does not answer: ${error.message}`;
      ctx.log.debug({ job: number, kind: error.kind }, "copies cannot be followed now");
      return;
    }
    const isOver = error instanceof LeaseLostError || ctx.db.unreachableSinceAt !== null;
    if (!sends || isOver || !(error instanceof Error)) throw error;
    ctx.log.warn({ job: number, reason: error.message }, "a look at copies failed");
  }

  /** What a job that only settles waits for stands on its page. */
  async #show(job: PlannedJob): Promise<void> {
    if (job.state !== "settling" || job.waitsFor === this.waitsFor) return;
    await this.#run.guarded(async (tx) => {
      await tx.jobRuns.setWaits(this.#run.number, this.waitsFor);
      await tellJob(this.#run, tx);
    });
  }

  /** One look; false when nothing is left to settle. */
  async tick(job: PlannedJob): Promise<boolean> {
    if (job.counts.sent === 0) {
      this.waitsFor = null;
      return false;
    }
    const waits = job.spec.source.kind === "ranges" ? await this.#tickRanges(job) : await this.#tickRows(job);
    this.waitsFor = waits[0] ?? null;
    return true;
  }

  async #tickRows(job: PlannedJob): Promise<string[]> {
    const targets = await rowTargets(this.#run, job);
    const topicRefs = await this.#topicRefs(job, targets);
    const cutOff = await this.#returns.look(job, { topicRefs, all: false });
    const waits: string[] = [];
    for (const target of targets) waits.push(...(await this.#settleRows(job, target, topicRefs)));
    return cutOff === null ? waits : [...waits, cutOff];
  }

  async #settleRows(
    job: PlannedJob,
    target: RowTarget,
    topicRefs: readonly number[],
  ): Promise<readonly string[]> {
    const step = await this.#follow(job, target, {
      below: (commits) => rowsBelow(this.#run, target, commits),
      sinceAt: target.oldestAt - SKEW_MS,
    });
    if (step.kind === "waits") return [step.sentence];
    if (step.kind === "no-reader") {
      const windowMs = await this.#windows.of(job, target);
      return [await settleRowsByTime(this.#run, target, { why: step.sentence, windowMs })];
    }
    // The index is past every place where a copy could have come back to: who is not back by now has passed.
    const cutOff = await this.#returns.look(job, { topicRefs, all: true });
    if (cutOff !== null) await this.#tellCutOff(cutOff);
    await settleRowsBelow(this.#run, step.boundaries, step.unread);
    return [];
  }

  async #tickRanges(job: PlannedJob): Promise<string[]> {
    const { ctx, number } = this.#run;
    await this.#returns.look(job, { topicRefs: [], all: false });
    const targets = await ctx.db.jobRuns.rangeTargets(number);
    const waits: string[] = [];
    for (const topic of this.#marks.refresh(targets)) waits.push(...(await this.#settleRange(job, topic)));
    return waits;
  }

  async #settleRange(job: PlannedJob, topic: string): Promise<readonly string[]> {
    const target = { group: groupOf(job), topic };
    const step = await this.#follow(job, target, {
      below: (commits) => Promise.resolve(this.#marks.below(topic, commits)),
      sinceAt: (job.startedAt ?? this.#run.ctx.now()) - SKEW_MS,
    });
    if (step.kind === "waits") return [step.sentence];
    if (step.kind === "no-reader") {
      const windowMs = await this.#windows.of(job, target);
      return [await this.#marks.settleByTime(topic, { why: step.sentence, windowMs })];
    }
    await this.#returns.look(job, { topicRefs: [], all: true });
    await this.#marks.settleBelow(step.boundaries, step.unread);
    return [];
  }

  /** One look along the chain of the copies in a target. */
  async #follow(
    job: PlannedJob,
    target: SettlingTarget,
    of: Omit<ConstructorParameters<typeof Wave>[1], "chain">,
  ): Promise<WaveStep> {
    const chain = await this.#chain(job, target);
    if (chain === null)
      return { kind: "no-reader", sentence: `Nobody knows who reads ${target.topic} for it.` };
    const key = `${target.group ?? ""} ${target.topic}`;
    const wave = this.#waves.get(key) ?? new Wave(this.#run, { chain, ...of });
    this.#waves.set(key, wave);
    const step = await wave.tick();
    if (step.kind !== "waits") this.#waves.delete(key);
    return step;
  }

  async #tellCutOff(sentence: string): Promise<void> {
    const { ctx, number } = this.#run;
    if ((await ctx.db.jobs.events(number)).some(({ what }) => what === sentence)) return;
    await this.#run.guarded((tx) => tx.jobRuns.addJobEvent(number, { at: ctx.now(), what: sentence }));
  }

  async #chain(job: PlannedJob, target: SettlingTarget): Promise<Chain | null> {
    return chainOf(target, { ...(await this.#topics()), target: job.spec.target, slugOf: groupSlug });
  }

  /** The dead-letter topics that copies in targets may come back to. */
  async #topicRefs(job: PlannedJob, targets: readonly SettlingTarget[]): Promise<number[]> {
    const { deadLetterTopics } = await this.#topics();
    const refs = targets.flatMap(({ topic }) =>
      deadLetterTopicsOf(topic, deadLetterTopics).map(({ ref }) => ref),
    );
    return [...new Set(refs)];
  }

  async #topics(): Promise<KnownTopics> {
    const { ctx } = this.#run;
    const now = ctx.now();
    if (this.#known === null || now - this.#known.at > CHAINS_MS) {
      const names = await ctx.db.deadLetterTopics.names(ctx.cluster);
      const topics = names.map(({ name }) => name);
      const deadLetterTopics = await ctx.db.jobRuns.chainTopics({
        cluster: ctx.cluster,
        number: this.#run.number,
      });
      this.#known = { deadLetterTopics, topics, at: now };
    }
    return this.#known;
  }
}

/** The group that copies of ranges are meant for; null where they are for anybody. */
const groupOf = ({ spec }: PlannedJob): string | null =>
  spec.target.kind === "way-in" ? spec.target.group : null;
