import type { JobsOfDeadLetter } from "#lib/adapters/db/dead-letter-jobs.ts";
import type { StoredDeadLetter } from "#lib/adapters/db/dead-letters.ts";
import {
  tellingCopy,
  type DeadLetterCopy,
  type ListedDeadLetter,
} from "#lib/domain/jobs/dead-letter-copies.ts";
import type { DeadLetterRow } from "#lib/domain/dead-letters/dead-letter.ts";
import type { RedriveCopy } from "#lib/domain/dead-letters/lineage.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** The copy jobs of some dead letters, by the dead letter's id. */
type JobsById = ReadonlyMap<string, JobsOfDeadLetter>;

/** jobsOf asks, in one query, which copy jobs have to do with dead letters. */
export function jobsOf(
  ctx: Pick<Ctx, "db">,
  cluster: string,
  stored: readonly StoredDeadLetter[],
): Promise<JobsById> {
  const asked = stored.map(({ row: { id, topicId }, redriveId }) => ({ id, topicId, redriveId }));
  return ctx.db.deadLetterJobs.of(cluster, asked);
}

/** listedOf is a dead letter as it is shown, with the job that tells most about it. */
export function listedOf(row: DeadLetterRow, jobs: JobsById): ListedDeadLetter {
  const of = jobs.get(row.id);
  return { ...row, copy: tellingCopy(of?.copies ?? []), cameFrom: of?.cameFrom ?? null };
}

/** redriveCopies are the places of the copies that jobs sent. */
export function redriveCopies(jobs: JobsById): RedriveCopy[] {
  const placed = ({ target, sentAt: at }: DeadLetterCopy): RedriveCopy[] =>
    target === null ? [] : [{ ...target, at }];
  return [...jobs.values()].flatMap(({ copies }) => copies.flatMap(placed));
}
