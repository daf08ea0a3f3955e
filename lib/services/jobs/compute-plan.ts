import type { Tx } from "#lib/adapters/db/db.ts";
import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import type { JobPlan, PlanNote } from "#lib/domain/jobs/job-plan.ts";
import { AppError } from "#lib/services/app-error.ts";
import { isCopyError, isKafkaError } from "#lib/services/broker-errors.ts";
import { computeDeadLetterPlan } from "#lib/services/jobs/compute-dead-letter-plan.ts";
import { computeGroupPlan } from "#lib/services/jobs/compute-group-plan.ts";
import { computeRangePlan } from "#lib/services/jobs/compute-range-plan.ts";
import { hashPlan } from "#lib/services/jobs/hash-plan.ts";
import { askDelivery, withDelivery } from "#lib/services/jobs/plan-delivery.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import { emptyPlan, planCounts, type ComputedPlan } from "#lib/services/jobs/plan-draft.ts";

/** Rows that one transaction takes out. */
const CLEARED = 10_000;

/**
 * planJobNow computes the plan of a job in state `planning` and keeps it: `planned`, or `refused` with the reasons. An
 * interrupted planning begins anew. A job that was ended meanwhile is left alone. Throws KafkaError for what passes by
 * itself, and what the database throws: the job then still is `planning`.
 */
export async function planJobNow(ctx: PlanCtx, number: number): Promise<void> {
  const job = await ctx.db.jobs.find(ctx.cluster, number);
  if (job?.state !== "planning") return;
  await clear(ctx, (tx) => tx.jobs.clearPlan(number, CLEARED));
  await clear(ctx, (tx) => tx.jobs.clearSelection(number, CLEARED));
  const computed = await compute(ctx, job);
  await clear(ctx, (tx) => tx.jobs.clearSelection(number, CLEARED));
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

/** Takes rows out page by page, until there are none. */
async function clear(ctx: PlanCtx, page: (tx: Tx) => Promise<number>): Promise<void> {
  while ((await ctx.guarded(page)) > 0) ctx.signal.throwIfAborted();
}

/** Targets, those to be made too, whose values are held against a schema. */
function validatedOf({ jobs, cluster }: PlanCtx, { targets, shadows }: JobPlan): string[] {
  const schemas = jobs.schemas(cluster);
  return [...targets, ...shadows].map(({ topic }) => topic).filter((topic) => schemas.covers(topic));
}

/** Why a plan cannot be made as things are; null for what passes by itself. */
function refusalOf(error: unknown): PlanNote | null {
  if (error instanceof AppError) return { code: error.code, sentence: error.message };
  const forGood =
    (isCopyError(error) && error.kind === "denied") ||
    (isKafkaError(error) && !error.retryable && error.kind !== "garbage");
  return forGood ? { code: "cluster_refused", sentence: error.message } : null;
}

/** null when the job was ended meanwhile. What forbids the whole plan is a plan that is refused. */
async function compute(ctx: PlanCtx, job: StoredJob): Promise<ComputedPlan | null> {
  try {
    if (job.spec.target.kind === "group") return await computeGroupPlan(ctx, job);
    // Asked first: where nobody answers, nothing has been written yet.
    const delivery = await askDelivery(ctx, job.id);
    const computed =
      job.spec.source.kind === "ranges"
        ? await computeRangePlan(ctx, job)
        : await computeDeadLetterPlan(ctx, job);
    if (computed === null) return null;
    const plan = { ...computed.plan, validated: validatedOf(ctx, computed.plan) };
    return { ...computed, plan: withDelivery(plan, delivery) };
  } catch (error) {
    const note = refusalOf(error);
    if (note === null) throw error;
    return { plan: { ...emptyPlan(ctx, job), refusals: [note] }, rows: "", counts: planCounts({}) };
  }
}
