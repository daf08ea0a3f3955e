import type { Tx } from "#lib/adapters/db/db.ts";
import type { JobPlan } from "#lib/domain/jobs/job-plan.ts";
import type { JobTarget } from "#lib/domain/jobs/job.ts";

/** A job whose groups are told of it. */
interface ToldJob {
  cluster: string;
  number: number;
  plan: Pick<JobPlan, "groups"> | null;
  target: JobTarget;
}

/** What happened to it. */
interface JobMark {
  at: number;
  /** What is said behind `Job 12`: `started: poison mended`. */
  what: string;
}

/** groupsReached are the groups that a job is for or whose topics its copies reach, each once. */
export function groupsReached({ plan, target }: Pick<ToldJob, "plan" | "target">): string[] {
  const meant = target.kind === "way-in" || target.kind === "group" ? [target.group] : [];
  return [...new Set([...meant, ...(plan?.groups ?? []).map(({ group }) => group)])];
}

/** tellGroups writes what happened to a job down with each group that it reaches: a mark on the group's charts. */
export async function tellGroups(tx: Tx, job: ToldJob, { at, what }: JobMark): Promise<void> {
  const groups = groupsReached(job);
  if (groups.length === 0) return;
  const sentence = `Job ${job.number} ${what}`;
  await tx.groupEvents.addAll(
    job.cluster,
    groups.map((group) => ({ group, at, kind: "redrive" as const, sentence })),
  );
  await tx.hints.notify([{ feature: "groups", cluster: job.cluster, id: null }]);
}
