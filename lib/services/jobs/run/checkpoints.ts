import type { JobException } from "#lib/adapters/db/job-exceptions.ts";
import type { Checkpoint } from "#lib/adapters/db/job-runs.ts";
import type { SentRow } from "#lib/adapters/db/job-runs.sql.ts";
import { tellJob, type JobRun } from "#lib/services/jobs/run/job-run.ts";

/** Committed transactions that may wait to be written down. */
const QUEUED = 4;
const RATE_WINDOW_MS = 10_000;

/** A committed transaction as it is written down. */
export interface Committed {
  rows: readonly SentRow[];
  /** null for one of a range. */
  nextSeq: bigint | null;
  range: CommittedRange | null;
}

/** How far a range came; `lost` is the gap that its cursor goes over. */
type CommittedRange = Checkpoint["ranges"][number] & { lost: JobException | null };

/**
 * Checkpoints writes down what was committed, beside the next transaction: several at once where the database is the
 * slower one. What a crash takes of them, the ledger knows.
 */
export class Checkpoints {
  readonly #run: JobRun;
  #queue: Committed[] = [];
  #writing: Promise<void> = Promise.resolve();
  #busy = false;
  #failure: Error | null = null;
  readonly #sends: { at: number; count: number }[] = [];

  constructor(run: JobRun) {
    this.#run = run;
  }

  /** Resolves when there is room for another one. Throws what a former write failed of. */
  async add(committed: Committed): Promise<void> {
    this.#queue.push(committed);
    const count = committed.rows.length + (committed.range?.sent ?? 0);
    if (count > 0) this.#sends.push({ at: this.#run.ctx.now(), count });
    if (!this.#busy) this.#writing = this.#write();
    if (this.#queue.length >= QUEUED) await this.#writing;
    this.#throwFailure();
  }

  /** Resolves when everything is written. Throws what a write failed of. */
  async flush(): Promise<void> {
    await this.#writing;
    this.#throwFailure();
  }

  /** Resolves when nothing is being written any more, whether it failed or not. */
  async ended(): Promise<void> {
    await this.#writing;
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure;
  }

  async #write(): Promise<void> {
    this.#busy = true;
    try {
      while (this.#queue.length > 0 && this.#failure === null) {
        const taken = this.#queue;
        this.#queue = [];
        await this.#store(taken);
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error("A checkpoint failed.", { cause: error });
    } finally {
      this.#busy = false;
    }
  }

  async #store(taken: readonly Committed[]): Promise<void> {
    const at = this.#run.ctx.now();
    const seqs = taken.flatMap(({ nextSeq }) => nextSeq ?? []);
    const done: Checkpoint = {
      rows: taken.flatMap(({ rows }) => rows),
      nextSeq: seqs.at(-1) ?? null,
      ranges: taken.flatMap(({ range }) => range ?? []),
      measured: { rate: this.#rate(at), at },
      at,
    };
    const lost = taken.flatMap(({ range }) => range?.lost ?? []);
    await this.#run.guarded(async (tx) => {
      if (lost.length > 0) await tx.jobRuns.addExceptions(this.#run.number, lost);
      await tx.jobRuns.checkpoint(this.#run.number, done);
      await tellJob(this.#run, tx);
    });
  }

  /** Records a second over the last ten seconds, or since the first one. */
  #rate(now: number): number {
    while ((this.#sends[0]?.at ?? now) < now - RATE_WINDOW_MS) this.#sends.shift();
    const from = this.#sends[0]?.at ?? now;
    const count = this.#sends.reduce((sum, each) => sum + each.count, 0);
    return count / Math.max(1, (now - from) / 1_000);
  }
}
