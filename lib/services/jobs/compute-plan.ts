import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import { AppError } from "#lib/services/app-error.ts";
import { computeDeadLetterPlan } from "#lib/services/jobs/compute-dead-letter-plan.ts";
import { computeRangePlan } from "#lib/services/jobs/compute-range-plan.ts";
import { hashPlan } from "#lib/services/jobs/hash-plan.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import { emptyPlan, planCounts, type ComputedPlan } from "#lib/services/jobs/plan-draft.ts";

/**
 * planJobNow computes the plan of a job in state `planning` and keeps it: `planned`, or `refused` with the reasons. An
 * interrupted planning begins anew. A job that was ended meanwhile is left alone. Throws KafkaError and what the
 * database throws: the job then still is `planning`.
 */
export async function planJobNow(ctx: PlanCtx, number: number): Promise<void> {
  const job = await ctx.db.jobs.find(ctx.cluster, number);
  if (job?.state !== "planning") return;
  await ctx.guarded((tx) => tx.jobs.clearPlan(number));
  const computed = await compute(ctx, job);
  if (computed === null) return;
  const { plan, rows, counts } = computed;
  const [refusal] = plan.refusals;
  const at = ctx.now();
  const state = refusal === undefined ? "planned" : "refused";
  const hash = hashPlan({ spec: job.spec, plan, rows });
  await ctx.guarded(async (tx) => {
    const reason = refusal?.sentence ?? null;
    const kept = await tx.jobs.endPlanning(number, { state, plan, hash, counts, reason, at });
    if (!kept) return;
    const what = refusal === undefined ? `Planned ${plan.records} records.` : `Refused: ${refusal.sentence}`;
    await tx.jobs.addEvent(number, { at, actor: "worker", what });
    await tx.hints.notify([{ feature: "jobs", cluster: ctx.cluster, id: String(number) }]);
  });
  ctx.log.info({ cluster: ctx.cluster, job: number, state, records: plan.records }, "a job was planned");
}

/** null when the job was ended meanwhile. What forbids the whole plan is a plan that is refused. */
async function compute(ctx: PlanCtx, job: StoredJob): Promise<ComputedPlan | null> {
  try {
    return job.spec.source.kind === "ranges"
      ? await computeRangePlan(ctx, job)
      : await computeDeadLetterPlan(ctx, job);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const note = { code: error.code, sentence: error.message };
    return { plan: { ...emptyPlan(ctx, job), refusals: [note] }, rows: "", counts: planCounts({}) };
  }
}
