import { createHash } from "node:crypto";
import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import { type OutcomeCounts, OUTCOMES } from "#lib/domain/jobs/job.ts";
import { type JobPlan, PROCESSED_MARKS } from "#lib/domain/jobs/job-plan.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";

/** A plan with what its hash takes in besides. */
export interface ComputedPlan {
  plan: JobPlan;
  /** Digest of the rows. */
  rows: string;
  counts: OutcomeCounts;
}

/** planCounts is a count for every outcome, 0 where none is given. */
export const planCounts = (given: Partial<OutcomeCounts>): OutcomeCounts =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, given[outcome] ?? 0])) as OutcomeCounts;

/** emptyPlan is the plan of a job before anything is known of it. */
export function emptyPlan(ctx: PlanCtx, { spec }: StoredJob): JobPlan {
  const { value } = spec.transform;
  return {
    ...{ readAt: ctx.now(), records: 0, atMost: false, bytes: null, largestBytes: null },
    ...{ sources: [], targets: [], ranges: [], refused: [], held: [], groups: [] },
    processed: Object.fromEntries(PROCESSED_MARKS.map((mark) => [mark, 0])) as JobPlan["processed"],
    ...{ delivery: "exactly-once", deliveryReason: null, shadows: [], reset: null, validated: [] },
    order: spec.source.kind === "ranges" ? "source" : "origin",
    scriptHash: value.kind === "script" ? createHash("sha256").update(value.code).digest("hex") : null,
    ...{ warnings: [], refusals: [] },
  };
}

/** unmaskedOf lists targets where nothing is hidden of records that come from topics where something is. */
export function unmaskedOf({ kafka }: PlanCtx, { sources, targets }: JobPlan): string[] {
  if (!sources.some(({ topic }) => kafka.records.maskOf(topic).any)) return [];
  return targets.map(({ topic }) => topic).filter((topic) => !kafka.records.maskOf(topic).any);
}
