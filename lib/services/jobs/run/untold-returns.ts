import type { ReturnedRow, UntoldDeadLetter } from "#lib/adapters/db/job-runs-settle-returns.ts";
import { contentHashOf } from "#lib/services/jobs/make-copy.ts";
import type { JobRun } from "#lib/services/jobs/run/job-run.ts";

/** Dead letters that are read in one look. */
const LOOK = 1_000;
/** A dead letter is compared for so long: the checkpoint of its copy may be later than its index. */
const COMPARED_MS = 2 * 60_000;
/** Clocks of producers and of ours may differ by so much. */
const SKEW_MS = 60_000;

/** A dead letter whose bytes were read. */
interface ReadUntold extends UntoldDeadLetter {
  contentHash: string;
  readAt: number;
}

/** Rows that came back, and whether dead letters are left that were not read yet. */
interface UntoldReturns {
  rows: ReturnedRow[];
  cutOff: boolean;
}

/**
 * UntoldDeadLetters compares dead letters that tell no lineage with what a job sent, by the sha256 of key and value.
 * Each is read once, at most 1,000 a look.
 */
export class UntoldDeadLetters {
  readonly #run: JobRun;
  #after = 0n;
  #read: ReadUntold[] = [];

  constructor(run: JobRun) {
    this.#run = run;
  }

  /** One look at the dead letters of topics since an instant, epoch ms. Throws KafkaError. */
  async look(topicRefs: readonly number[], sinceAt: number): Promise<UntoldReturns> {
    const { ctx, number } = this.#run;
    const of = { number, topicRefs, sinceAt, after: this.#after, limit: LOOK + 1 };
    const found = await ctx.db.jobRuns.untold(of);
    const now = ctx.now();
    this.#read = this.#read.filter(({ readAt }) => now - readAt < COMPARED_MS);
    await this.#readAll(found.slice(0, LOOK));
    return { rows: await this.#matched(), cutOff: found.length > LOOK };
  }

  async #readAll(found: readonly UntoldDeadLetter[]): Promise<void> {
    const last = found.at(-1);
    if (last === undefined) return;
    const { ctx, signal } = this.#run;
    const read = await ctx.kafka.copy.readAt(found, signal);
    for (const [index, each] of found.entries()) {
      const place = read[index];
      if (place?.found !== true) continue;
      const contentHash = contentHashOf(place.record.key, place.record.value).toString("hex");
      this.#read.push({ ...each, contentHash, readAt: ctx.now() });
    }
    this.#after = last.indexSeq;
  }

  /** A row takes the first dead letter of its content that is of its group and not older than its copy. */
  async #matched(): Promise<ReturnedRow[]> {
    const { ctx, number } = this.#run;
    if (this.#read.length === 0) return [];
    const hashes = [...new Set(this.#read.map(({ contentHash }) => contentHash))];
    const matched = new Set<ReadUntold>();
    const rows: ReturnedRow[] = [];
    for (const { seq, contentHash, group, sentAt } of await ctx.db.jobRuns.byContent(number, hashes)) {
      const letter = this.#read.find(
        (each) =>
          each.contentHash === contentHash &&
          !matched.has(each) &&
          (each.group === null || group === null || each.group === group) &&
          each.at >= sentAt - SKEW_MS,
      );
      if (letter === undefined) continue;
      matched.add(letter);
      rows.push({ seq, topicRef: letter.topicRef, partition: letter.partition, offset: letter.offset });
    }
    this.#read = this.#read.filter((each) => !matched.has(each));
    return rows;
  }
}
