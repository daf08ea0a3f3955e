import type { Boundary } from "#lib/adapters/db/job-runs-settle.sql.ts";
import type { SettlingTarget } from "#lib/domain/jobs/settling.ts";
import { durationPhrase } from "#lib/domain/time/phrase.ts";
import { tellJob, type JobRun, type PlannedJob } from "#lib/services/jobs/run/job-run.ts";
import type { UnreadCopies } from "#lib/services/jobs/run/wave.ts";

/** Rows of one transaction. */
const BATCH = 1_000;

/** Where copies of a plan by id went that are not settled; `oldestAt` is when the oldest of them was sent. */
export interface RowTarget extends SettlingTarget {
  /** Whether dead letters of all groups are meant. */
  anyGroup: boolean;
  oldestAt: number;
}

/** rowTargets lists them: to a group's own way in, as to any topic, it does not matter whose dead letters went there. */
export async function rowTargets({ ctx, number }: JobRun, { spec, plan }: PlannedJob): Promise<RowTarget[]> {
  const byGroup = spec.target.kind === "source";
  const targets = await ctx.db.jobRuns.sentTo(number, { byGroup, single: plan.targets.length === 1 });
  return targets.map((target) => ({ ...target, anyGroup: !byGroup }));
}

/** rowsBelow makes the boundaries of a wave of the commits in a target, where copies of the job lie below them. */
export async function rowsBelow(
  { ctx, number }: JobRun,
  { group, topic, anyGroup }: RowTarget,
  commits: ReadonlyMap<number, bigint>,
): Promise<Boundary[]> {
  const boundaries = [...commits].map(([partition, below]) => ({
    ...{ group: anyGroup ? null : group, topic, partition, below },
  }));
  const [past] = await ctx.db.jobRuns.sentBelow(number, { boundaries, limit: 1 });
  return past === undefined ? [] : boundaries;
}

/**
 * settleRowsBelow settles the rows of a wave that came to its end: those that an offset reset took the reader past are
 * unknown, the others have passed.
 */
export async function settleRowsBelow(
  run: JobRun,
  boundaries: readonly Boundary[],
  unread: UnreadCopies,
): Promise<void> {
  const skipped = boundaries.flatMap((boundary) =>
    unread.spans.flatMap(({ partition, from, to }) =>
      partition === boundary.partition && from < boundary.below
        ? [{ ...boundary, from, below: to < boundary.below ? to : boundary.below }]
        : [],
    ),
  );
  await settleBelow(run, skipped, { outcome: "unknown", reason: unread.reason });
  const rest = unread.all === null ? PASSED : { outcome: "unknown" as const, reason: unread.all };
  await settleBelow(run, boundaries, rest);
}

interface Settled {
  outcome: "passed" | "unknown";
  reason: string | null;
}
const PASSED: Settled = { outcome: "passed", reason: null };

async function settleBelow(run: JobRun, boundaries: readonly Boundary[], settled: Settled): Promise<void> {
  for (;;) {
    const seqs = await run.ctx.db.jobRuns.sentBelow(run.number, { boundaries, limit: BATCH });
    if (seqs.length === 0) return;
    await settleRows(run, seqs, settled);
  }
}

/** settleRowsByTime gives up rows that were watched for long enough; answers what the others wait for. */
export async function settleRowsByTime(
  run: JobRun,
  target: RowTarget,
  { why, windowMs }: { why: string; windowMs: number },
): Promise<string> {
  const { ctx, number } = run;
  const watched = durationPhrase(windowMs);
  const { topic, anyGroup, oldestAt } = target;
  const of = {
    topic,
    group: anyGroup ? undefined : target.group,
    beforeAt: ctx.now() - windowMs,
    limit: BATCH,
  };
  while (oldestAt < of.beforeAt) {
    const seqs = await ctx.db.jobRuns.sentBefore(number, of);
    if (seqs.length === 0) break;
    await settleRows(run, seqs, {
      outcome: "unknown",
      reason: `${why} It did not come back within ${watched}.`,
    });
  }
  return `${why} Copies are watched for ${watched}.`;
}

async function settleRows(run: JobRun, seqs: readonly bigint[], { outcome, reason }: Settled): Promise<void> {
  const at = run.ctx.now();
  await run.guarded(async (tx) => {
    await tx.jobRuns.settle(run.number, { seqs, outcome, reason, at });
    await tellJob(run, tx);
    await tx.hints.notify([{ feature: "dead-letters", cluster: run.ctx.cluster, id: null }]);
  });
}
