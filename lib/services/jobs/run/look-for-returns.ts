import type { Tx } from "#lib/adapters/db/db.ts";
import type { RangeReturn } from "#lib/adapters/db/job-runs-settle-ranges.ts";
import type { RedrivenDeadLetter, ReturnedRow } from "#lib/adapters/db/job-runs-settle-returns.ts";
import { redriveIdOf, type RedriveId } from "#lib/domain/jobs/redrive-id.ts";
import { tellJob, type JobRun, type PlannedJob } from "#lib/services/jobs/run/job-run.ts";
import { rangeReturnOf } from "#lib/services/jobs/run/range-return.ts";
import { UntoldDeadLetters } from "#lib/services/jobs/run/untold-returns.ts";

/** Dead letters of one page, and rows of one transaction. */
const PAGE = 1_000;
/** Returns are looked for among fresh dead letters, and among all since the job's start once a minute. */
const FRESH_MS = 2 * 60_000;
const LOOK_BACK_MS = 60_000;
/** Looks at the contents of dead letters before copies are said to have passed. */
const LAST_LOOKS = 10;

/** A dead letter that tells whose copy it is. */
interface Told {
  letter: RedrivenDeadLetter;
  id: RedriveId;
}

/**
 * Returns finds the copies of a job that are dead letters again, in this order (protocol, "A return is matched by"): by
 * `sluice-redrive-id`; by the copy that failed; by event id and group; by the sha256 of key and value. Copies of ranges,
 * which have no rows, are told by the first alone. It keeps nothing that a successor needs.
 */
export class Returns {
  readonly #run: JobRun;
  readonly #untold: UntoldDeadLetters;
  /** Up to which dead letter, in the order of indexing, lineage was looked at. */
  #after = 0n;
  /** Dead letters of copies that no checkpoint tells as sent yet. */
  #early: Told[] = [];
  #lookedBackAt = 0;
  /** Whether the job had ended when it was last looked at. */
  #isLate = false;

  constructor(run: JobRun) {
    this.#run = run;
    this.#untold = new UntoldDeadLetters(run);
  }

  /**
   * One look. `topicRefs` are the dead-letter topics whose contents are compared; `all` looks at every dead letter since
   * the job's start, as before copies are said to have passed. Answers what was not compared, in a sentence; null where
   * nothing is left. Throws KafkaError, LeaseLostError, DatabaseUnreachableError.
   */
  async look(
    job: PlannedJob,
    { topicRefs, all }: { topicRefs: readonly number[]; all: boolean },
  ): Promise<string | null> {
    this.#isLate = job.endedAt !== null;
    await this.#byLineage(job);
    if (job.spec.source.kind === "ranges") return null;
    const now = this.#run.ctx.now();
    const back = all || now - this.#lookedBackAt > LOOK_BACK_MS;
    const startAt = (job.startedAt ?? now) - LOOK_BACK_MS;
    if (back) this.#lookedBackAt = now;
    await this.#byPlaceOrEvent(back ? startAt : Math.max(startAt, now - FRESH_MS));
    for (let look = 1; ; look += 1) {
      const { rows, cutOff } = await this.#untold.look(topicRefs, startAt);
      await this.#settle(rows);
      if (!cutOff) return null;
      if (all ? look < LAST_LOOKS : false) continue;
      return "Dead letters that tell no lineage are compared by their content, 1,000 a look; not all of them are yet.";
    }
  }

  async #byLineage(job: PlannedJob): Promise<void> {
    const { ctx, id } = this.#run;
    for (;;) {
      const found = await ctx.db.jobRuns.redriven({ cluster: ctx.cluster, after: this.#after, limit: PAGE });
      const told = found.flatMap((letter): Told[] => {
        const read = redriveIdOf(letter.redriveId);
        return read?.job === id ? [{ letter, id: read }] : [];
      });
      this.#early = await this.#settleTold(job, [...this.#early, ...told]);
      this.#after = found.at(-1)?.seq ?? this.#after;
      if (found.length < PAGE) return;
    }
  }

  /** Settles what is told; answers what belongs to rows that are not sent as far as the checkpoint knows. */
  async #settleTold(job: PlannedJob, told: readonly Told[]): Promise<Told[]> {
    const { ctx, number } = this.#run;
    if (told.length === 0) return [];
    if (job.spec.source.kind === "ranges") {
      await this.#settleRanges(returnsOf(job, told));
      return [];
    }
    const bySeq = new Map<bigint, Told>();
    for (const each of told)
      if (each.id.kind === "row" && !bySeq.has(each.id.seq)) bySeq.set(each.id.seq, each);
    const { sent, pending } = await ctx.db.jobRuns.returnable(number, [...bySeq.keys()]);
    await this.#settle(
      sent.flatMap((seq) => {
        const letter = bySeq.get(seq)?.letter;
        if (letter === undefined) return [];
        return [{ seq, topicRef: letter.topicRef, partition: letter.partition, offset: letter.offset }];
      }),
    );
    return pending.flatMap((seq) => bySeq.get(seq) ?? []);
  }

  async #settleRanges(returns: readonly RangeReturn[]): Promise<void> {
    if (returns.length === 0) return;
    const at = this.#run.ctx.now();
    await this.#run.guarded(async (tx) => {
      if ((await tx.jobRuns.addRangeReturns(this.#run.number, { returns, at })) > 0) await this.#tell(tx);
    });
  }

  async #byPlaceOrEvent(sinceAt: number): Promise<void> {
    const { ctx, number } = this.#run;
    for (;;) {
      const rows = await ctx.db.jobRuns.returned({ number, cluster: ctx.cluster, sinceAt });
      if (rows.length === 0) return;
      // A dead letter is the copy of one row.
      await this.#settle([...new Map(rows.map((row) => [placeOf(row), row])).values()]);
    }
  }

  async #settle(rows: readonly ReturnedRow[]): Promise<void> {
    if (rows.length === 0) return;
    const at = this.#run.ctx.now();
    await this.#run.guarded(async (tx) => {
      await tx.jobRuns.settleReturned(this.#run.number, { rows, at });
      await this.#tell(tx);
    });
  }

  async #tell(tx: Tx): Promise<void> {
    if (this.#isLate) await tx.jobRuns.tellLate(this.#run.number, this.#run.ctx.now());
    await tellJob(this.#run, tx);
    await tx.hints.notify([{ feature: "dead-letters", cluster: this.#run.ctx.cluster, id: null }]);
  }
}

const placeOf = ({ topicRef, partition, offset }: ReturnedRow): string =>
  `${topicRef} ${partition} ${offset}`;

function returnsOf({ plan }: PlannedJob, told: readonly Told[]): RangeReturn[] {
  const targets = new Set(plan.targets.map(({ topic }) => topic));
  return told.flatMap(({ letter, id }) =>
    id.kind === "range" ? [rangeReturnOf(letter, { ...id, isTarget: (topic) => targets.has(topic) })] : [],
  );
}
