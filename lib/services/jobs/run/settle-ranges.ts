import type { RangeTarget, SettledPart } from "#lib/adapters/db/job-runs-settle-ranges.ts";
import type { Boundary } from "#lib/adapters/db/job-runs-settle.sql.ts";
import { skipsIn } from "#lib/domain/jobs/skipped-spans.ts";
import { durationPhrase, recordsPhrase } from "#lib/domain/time/phrase.ts";
import { tellJob, type JobRun } from "#lib/services/jobs/run/job-run.ts";
import type { UnreadCopies } from "#lib/services/jobs/run/wave.ts";

/** A place in a target's partition that is to be read past: what was sent there up to then lies below it. */
interface Mark extends SettledPart {
  /** Where what is not settled begins. */
  from: bigint;
  /** How many copies that are. */
  open: number;
  /** When the last of them was sent, epoch ms. */
  sentAt: number;
}

const keyOf = ({ topic, partition }: { topic: string; partition: number }): string => `${partition} ${topic}`;

/**
 * RangeMarks holds a mark in each partition that has open copies. It stays where it is until it is settled: the end of a
 * job that sends goes away from its reader for ever.
 */
export class RangeMarks {
  readonly #run: JobRun;
  #marks = new Map<string, Mark>();

  constructor(run: JobRun) {
    this.#run = run;
  }

  /** Looks at what was sent and settled; answers the topics that have open copies. */
  refresh(targets: readonly RangeTarget[]): string[] {
    const marks = new Map<string, Mark>();
    for (const { topic, partition, copies, settled, settledTo, nextOffset, sentAt } of targets) {
      if (settled >= copies) continue;
      const known = this.#marks.get(keyOf({ topic, partition }));
      const from = settledTo ?? 0n;
      if (known !== undefined && known.copies > settled)
        marks.set(keyOf(known), { ...known, from, open: known.copies - settled });
      else
        marks.set(keyOf({ topic, partition }), {
          ...{ topic, partition, copies, from, offset: nextOffset, open: copies - settled, sentAt },
        });
    }
    this.#marks = marks;
    return [...new Set([...marks.values()].map(({ topic }) => topic))].sort();
  }

  /** The marks of a topic that commits are past, as the boundaries of a wave. */
  below(topic: string, commits: ReadonlyMap<number, bigint>): Boundary[] {
    return this.#of(topic).flatMap(({ partition, offset, from }) => {
      const commit = commits.get(partition);
      return commit === undefined || commit < offset
        ? []
        : [{ group: null, topic, partition, from, below: offset }];
    });
  }

  /** Settles the marks of a wave that came to its end. What an offset reset took the reader past is unknown. */
  async settleBelow(boundaries: readonly Boundary[], unread: UnreadCopies): Promise<void> {
    const marks = boundaries.flatMap((boundary) => {
      const mark = this.#marks.get(keyOf(boundary));
      return mark?.offset === boundary.below ? [mark] : [];
    });
    const isUnread = ({ partition, from, offset }: Mark): boolean =>
      unread.all !== null || skipsIn(unread.spans, { partition, from, below: offset });
    const lost = marks.filter(isUnread);
    await this.#settle(lost, unread.all ?? unread.reason);
    await this.#settle(
      marks.filter((mark) => !lost.includes(mark)),
      null,
    );
  }

  /** Gives up the marks of a topic whose copies were watched for long enough; answers what the others wait for. */
  async settleByTime(topic: string, { why, windowMs }: { why: string; windowMs: number }): Promise<string> {
    const beforeAt = this.#run.ctx.now() - windowMs;
    const watched = durationPhrase(windowMs);
    const over = this.#of(topic).filter(({ sentAt }) => sentAt < beforeAt);
    await this.#settle(over, `${why} Nothing of them came back within ${watched} but what is listed.`);
    return `${why} Copies are watched for ${watched}.`;
  }

  #of(topic: string): Mark[] {
    return [...this.#marks.values()].filter((mark) => mark.topic === topic);
  }

  /** `lost` is why nobody knows what became of them; null where they have passed. */
  async #settle(marks: readonly Mark[], lost: string | null): Promise<void> {
    const [first] = marks;
    if (first === undefined) return;
    const run = this.#run;
    const at = run.ctx.now();
    const open = marks.reduce((sum, mark) => sum + mark.open, 0);
    await run.guarded(async (tx) => {
      const outcome = lost === null ? "passed" : "unknown";
      await tx.jobRuns.settleParts(run.number, { parts: marks, outcome });
      if (lost !== null) {
        const what = `${recordsPhrase(open)} in ${first.topic} settled as unknown: ${lost}`;
        await tx.jobRuns.addJobEvent(run.number, { at, what });
      }
      await tellJob(run, tx);
    });
    for (const mark of marks) this.#marks.delete(keyOf(mark));
  }
}

/** giveUpRanges settles the open copies of a job of ranges that nobody follows any more as unknown. */
export async function giveUpRanges(run: JobRun): Promise<void> {
  const targets = await run.ctx.db.jobRuns.rangeTargets(run.number);
  const parts = targets.flatMap(({ topic, partition, copies, settled, nextOffset }) =>
    settled < copies ? [{ topic, partition, copies, offset: nextOffset }] : [],
  );
  if (parts.length === 0) return;
  await run.guarded((tx) => tx.jobRuns.settleParts(run.number, { parts, outcome: "unknown" }));
}
