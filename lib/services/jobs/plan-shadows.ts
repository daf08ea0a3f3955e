import type { JobPlan, PlanNote } from "#lib/domain/jobs/job-plan.ts";
import { shadowMisfit, shadowNames, shadowsOf, type ShadowTopic } from "#lib/domain/jobs/shadow-topics.ts";
import type { JobSpec } from "#lib/domain/jobs/job.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import type { PlanTopics } from "#lib/services/jobs/plan-targets.ts";

/** The shadow topics of a plan. */
interface PlannedShadows {
  /** All that are to be made. */
  topics: ShadowTopic[];
  made: JobPlan["shadows"];
  /** Why one that is there does not fit, or one that is not cannot be made. */
  refusals: PlanNote[];
}

/**
 * planShadows tells which shadow topics a start would make, and asks the brokers whether they would let it. Nothing is
 * made. Throws KafkaError.
 */
export async function planShadows(
  ctx: PlanCtx,
  { target }: Pick<JobSpec, "target">,
  { read, targets }: Pick<PlanTopics, "read" | "targets">,
): Promise<PlannedShadows> {
  if (target.kind !== "shadow") return { topics: [], made: [], refusals: [] };
  const wanted = shadowsOf(
    read.flatMap(({ topicId, ...source }) => (topicId === null ? [] : [{ ...source, topicId }])),
    target.name,
  );
  const there = new Map(targets.map((each) => [each.topic, each]));
  const topics = wanted.filter(({ topic }) => !there.has(topic));
  const refusals = shadowNames(wanted);
  for (const shadow of wanted) {
    const found = there.get(shadow.topic);
    const misfit = found === undefined ? null : shadowMisfit(shadow, found);
    if (misfit !== null) refusals.push({ code: "shadow_misfit", sentence: misfit });
  }
  if (refusals.length === 0)
    for (const topic of topics) {
      const refusal = await ctx.kafka.copy.topicRefusal(topic, ctx.signal);
      if (refusal !== null) refusals.push({ code: "shadow_denied", sentence: refusal });
    }
  return {
    ...{ topics, refusals },
    made: topics.map(({ topic, partitionCount }) => ({ topic, partitionCount })),
  };
}
