import type { JobPlan, ReasonCount } from "#lib/domain/jobs/job-plan.ts";

/** sumOf adds up the counts of reasons. */
export function sumOf(reasons: readonly Pick<ReasonCount, "count">[]): number {
  return reasons.reduce((sum, { count }) => sum + count, 0);
}

/** toSend is how many records a start sends: the plan's, and those held where they are sent by choice. */
export function toSend({ records, held }: Pick<JobPlan, "records" | "held">, sendHeld: boolean): number {
  return records + (sendHeld ? sumOf(held) : 0);
}
