import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import type { JobPlan, PlanNote } from "#lib/domain/jobs/job-plan.ts";
import { planWarnings } from "#lib/domain/jobs/plan-notes.ts";
import { blastRadius } from "#lib/services/jobs/blast-radius.ts";
import { openCopies } from "#lib/services/jobs/copy-job.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import { emptyPlan, planCounts, unmaskedOf, type ComputedPlan } from "#lib/services/jobs/plan-draft.ts";
import { freezeRanges, oldestOf } from "#lib/services/jobs/plan-ranges.ts";
import { planShadows } from "#lib/services/jobs/plan-shadows.ts";
import { plannedTargets, readPlanTopics, toolsOf } from "#lib/services/jobs/plan-targets.ts";

/** computeRangePlan plans a job over ranges of topics: their offsets are frozen, their records are not looked at. */
export async function computeRangePlan(ctx: PlanCtx, job: StoredJob): Promise<ComputedPlan> {
  const { spec, id, number } = job;
  if (spec.source.kind !== "ranges") throw new Error("The job copies dead letters.");
  const ranges = await freezeRanges(ctx, spec.source);
  const names = [...new Set(spec.source.topics.map(({ topic }) => topic))];
  const topics = await readPlanTopics(ctx, { id, spec }, { sources: names, origins: names });
  // The script is read, so that one that cannot be used refuses the plan.
  (await openCopies(toolsOf(ctx), { id, spec, plan: { sources: [], targets: [] } })).close();
  await ctx.guarded((tx) => tx.jobs.addRanges(number, ranges));
  const targets = plannedTargets(topics.targets, () => null);
  const shadows = await planShadows(ctx, spec, topics);
  const groups = await blastRadius(ctx, spec, {
    targets: targets.map(({ topic }) => topic),
    failing: new Set(),
  });
  const records = Number(ranges.reduce((sum, range) => sum + range.toOffset - range.fromOffset, 0n));
  const plan: JobPlan = {
    ...emptyPlan(ctx, job),
    ...{ records, atMost: true, sources: topics.sources, targets, ranges, groups },
    shadows: shadows.made,
    refusals: [
      ...topics.refusals,
      ...(spec.target.kind === "shadow" ? shadows.refusals : topics.missing.map(missingNote)),
      ...(records === 0 ? [{ code: "nothing_to_send", sentence: "The ranges are empty." }] : []),
      ...(await keptTimeRefusals(ctx, job, { targets: [...topics.targets, ...shadows.topics], ranges })),
    ],
  };
  const found = {
    spec,
    plan,
    missing: 0,
    withoutOrigin: 0,
    missingTargets: [],
    unmasked: unmaskedOf(ctx, plan),
  };
  return {
    plan: { ...plan, warnings: planWarnings(found) },
    rows: "",
    counts: planCounts({ pending: records }),
  };
}

const missingNote = (topic: string): PlanNote => ({
  code: "target_missing",
  sentence: `The target ${topic} is not there.`,
});

/** A target with how long it keeps records. */
interface Kept {
  topic: string;
  retentionMs: number | null;
}

/** A time that is kept may be one that the target deletes at once. */
async function keptTimeRefusals(
  ctx: PlanCtx,
  { spec }: StoredJob,
  { targets, ranges }: { targets: readonly Kept[]; ranges: JobPlan["ranges"] },
): Promise<PlanNote[]> {
  if (spec.times !== "kept" || ranges.length === 0) return [];
  const oldest = await oldestOf(ctx, ranges);
  return targets.flatMap(({ topic, retentionMs }) => {
    if (oldest === null || retentionMs === null || retentionMs < 0 || ctx.now() - oldest <= retentionMs)
      return [];
    const sentence = `The oldest record is older than ${topic} keeps any: with its time kept it would be deleted at once.`;
    return [{ code: "times_expired", sentence }];
  });
}
