import type { RedrivenDeadLetter, RedrivenJob } from "#lib/adapters/db/job-runs-settle-returns.ts";
import { redriveIdOf, type RedriveId } from "#lib/domain/jobs/redrive-id.ts";
import type { ExpiryCtx } from "#lib/services/dead-letters/expire-dead-letters.ts";
import { rangeReturnOf } from "#lib/services/jobs/run/range-return.ts";

/** Dead letters of one page. */
const PAGE = 1_000;
/** A copy that comes back later than this after its job's end is a dead letter like any other. */
const TOLD_MS = 7 * 24 * 3_600_000;

/** A dead letter that tells whose copy it is. */
interface Told {
  letter: RedrivenDeadLetter;
  id: RedriveId;
}

/**
 * LateReturns tells jobs of copies that are indexed as dead letters again, up to 7 days after the job's end, when nobody
 * follows it any more: the record is returned, the counts follow, and an event says so. A job that is not over is told
 * as well: it may end between the dead letter and the look. Each dead letter is looked at once in a holder's time;
 * whoever holds the index next begins anew, for what is told already changes nothing.
 */
export class LateReturns {
  readonly #ctx: ExpiryCtx;
  readonly #cluster: string;
  #after = 0n;

  /** `ctx.guarded` runs transactions under the lease of the index. */
  constructor(ctx: ExpiryCtx, cluster: string) {
    this.#ctx = ctx;
    this.#cluster = cluster;
  }

  /** Looks at what was indexed since the last look. Throws LeaseLostError, DatabaseUnreachableError. */
  async look(): Promise<void> {
    for (;;) {
      const of = { cluster: this.#cluster, after: this.#after, limit: PAGE };
      const found = await this.#ctx.db.jobRuns.redriven(of);
      await this.#tell(found);
      this.#after = found.at(-1)?.seq ?? this.#after;
      if (found.length < PAGE) return;
    }
  }

  async #tell(found: readonly RedrivenDeadLetter[]): Promise<void> {
    const { db, now } = this.#ctx;
    const byJob = new Map<string, Told[]>();
    for (const letter of found) {
      const id = redriveIdOf(letter.redriveId);
      if (id !== null) byJob.set(id.job, [...(byJob.get(id.job) ?? []), { letter, id }]);
    }
    if (byJob.size === 0) return;
    const asked = { cluster: this.#cluster, ids: [...byJob.keys()], endedAfterAt: now() - TOLD_MS };
    for (const job of await db.jobRuns.redrivenJobs(asked)) {
      const told = byJob.get(job.id) ?? [];
      if (job.ofRanges) await this.#tellRanges(job, told);
      else await this.#tellRows(job, told);
    }
  }

  async #tellRows(job: RedrivenJob, told: readonly Told[]): Promise<void> {
    const bySeq = new Map<bigint, RedrivenDeadLetter>();
    for (const { letter, id } of told) if (id.kind === "row" && !bySeq.has(id.seq)) bySeq.set(id.seq, letter);
    const { sent } = await this.#ctx.db.jobRuns.returnable(job.number, [...bySeq.keys()]);
    const rows = sent.flatMap((seq) => {
      const letter = bySeq.get(seq);
      if (letter === undefined) return [];
      return [{ seq, topicRef: letter.topicRef, partition: letter.partition, offset: letter.offset }];
    });
    if (rows.length === 0) return;
    const at = this.#ctx.now();
    await this.#write(job, (tx) => tx.jobRuns.settleReturned(job.number, { rows, at }));
  }

  async #tellRanges(job: RedrivenJob, told: readonly Told[]): Promise<void> {
    const isTarget = (topic: string): boolean => job.targets.includes(topic);
    const returns = told.flatMap(({ letter, id }) =>
      id.kind === "range" ? [rangeReturnOf(letter, { ...id, isTarget })] : [],
    );
    const at = this.#ctx.now();
    await this.#write(job, (tx) => tx.jobRuns.addRangeReturns(job.number, { returns, at }));
  }

  /** Writes what came back with the event and the hints; `work` answers how many records changed. */
  async #write({ number }: RedrivenJob, work: Work): Promise<void> {
    await this.#ctx.guarded(async (tx) => {
      if ((await work(tx)) === 0) return;
      await tx.jobRuns.tellLate(number, this.#ctx.now());
      const cluster = this.#cluster;
      await tx.hints.notify([
        { feature: "jobs", cluster, id: String(number) },
        { feature: "dead-letters", cluster, id: null },
      ]);
    });
  }
}

type Work = (tx: Parameters<Parameters<ExpiryCtx["guarded"]>[0]>[0]) => Promise<number>;
