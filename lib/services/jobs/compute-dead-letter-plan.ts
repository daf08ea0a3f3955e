import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import type { JobPlan, PlanNote } from "#lib/domain/jobs/job-plan.ts";
import { planWarnings } from "#lib/domain/jobs/plan-notes.ts";
import { blastRadius } from "#lib/services/jobs/blast-radius.ts";
import { openCopies } from "#lib/services/jobs/copy-job.ts";
import { freezeSelection } from "#lib/services/jobs/freeze-selection.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import { planDeadLetters } from "#lib/services/jobs/plan-dead-letters.ts";
import { emptyPlan, planCounts, unmaskedOf, type ComputedPlan } from "#lib/services/jobs/plan-draft.ts";
import { PlanTally } from "#lib/services/jobs/plan-tally.ts";
import { plannedTargets, readPlanTopics, toolsOf, type PlanTopics } from "#lib/services/jobs/plan-targets.ts";

/** computeDeadLetterPlan plans a job over dead letters, a row each; null when the job was ended meanwhile. */
export async function computeDeadLetterPlan(ctx: PlanCtx, job: StoredJob): Promise<ComputedPlan | null> {
  const { spec, id, number } = job;
  if (spec.source.kind !== "dead-letters") throw new Error("The job copies ranges.");
  const frozen = await freezeSelection(ctx, number, spec.source.selection);
  if (frozen === null) return null;
  const { sources, origins } = frozen;
  const topics = await readPlanTopics(ctx, { id, spec }, { sources, origins });
  const tally = new PlanTally();
  const base = { ...emptyPlan(ctx, job), sources: topics.sources, targets: targetsOf(topics, tally) };
  const making = await openCopies(toolsOf(ctx), { id, spec, plan: base });
  let forgotten: number | null;
  try {
    const maxBytes = new Map(topics.targets.map((each) => [each.topic, each.maxMessageBytes]));
    const planning = { number, spec, rows: frozen.rows, making, maxBytes, tally };
    forgotten = await planDeadLetters(ctx, planning);
    if (forgotten === null) return null;
  } finally {
    making.close();
  }
  const targets = targetsOf(topics, tally).filter(
    ({ topic, records }) => records !== 0 || isNamed(job, topic),
  );
  const failing = new Set(frozen.groups);
  const groups = await blastRadius(ctx, spec, { targets: targets.map(({ topic }) => topic), failing });
  const plan: JobPlan = {
    ...base,
    ...{ records: tally.records, bytes: tally.bytes, largestBytes: tally.largestBytes },
    ...{ targets, groups, refused: tally.refused, held: tally.held, processed: tally.processed },
    order: frozen.untold > 0 ? "dead-letter" : "origin",
    refusals: [...topics.refusals, ...nothingToSend(tally)],
  };
  const warnings = planWarnings({
    ...{ spec, plan, missing: frozen.missing + forgotten, withoutOrigin: frozen.untold },
    ...{ missingTargets: topics.missing, unmasked: unmaskedOf(ctx, plan) },
  });
  return {
    plan: { ...plan, warnings },
    rows: tally.digest(),
    counts: planCounts({ pending: tally.records, held: tally.heldCount, refused: tally.refusedCount }),
  };
}

const isNamed = ({ spec }: StoredJob, topic: string): boolean =>
  spec.target.kind === "topic" && spec.target.topic === topic;

const targetsOf = (topics: PlanTopics, tally: PlanTally): JobPlan["targets"] =>
  plannedTargets(topics.targets, (topic) => tally.byTarget.get(topic) ?? 0);

function nothingToSend(tally: PlanTally): PlanNote[] {
  if (tally.records + tally.heldCount > 0) return [];
  const [first] = tally.refused;
  const why = first === undefined ? "The selection is empty." : first.sentence;
  return [{ code: "nothing_to_send", sentence: `Nothing is left to send. ${why}` }];
}
