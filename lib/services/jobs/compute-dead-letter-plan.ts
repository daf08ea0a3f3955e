import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import type { JobPlan, PlanNote } from "#lib/domain/jobs/job-plan.ts";
import { planWarnings } from "#lib/domain/jobs/plan-notes.ts";
import { blastRadius } from "#lib/services/jobs/blast-radius.ts";
import { openCopies } from "#lib/services/jobs/copy-job.ts";
import { readNewerSiblings } from "#lib/services/jobs/newer-siblings.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import { planDeadLetters } from "#lib/services/jobs/plan-dead-letters.ts";
import { emptyPlan, planCounts, unmaskedOf, type ComputedPlan } from "#lib/services/jobs/plan-draft.ts";
import { PlanTally } from "#lib/services/jobs/plan-tally.ts";
import { plannedTargets, readPlanTopics, toolsOf, type PlanTopics } from "#lib/services/jobs/plan-targets.ts";
import { isTold, readSelection } from "#lib/services/jobs/read-selection.ts";

/** computeDeadLetterPlan plans a job over dead letters, a row each; null when the job was ended meanwhile. */
export async function computeDeadLetterPlan(ctx: PlanCtx, job: StoredJob): Promise<ComputedPlan | null> {
  const { spec, id, number } = job;
  if (spec.source.kind !== "dead-letters") throw new Error("The job copies ranges.");
  const { rows, missing } = await readSelection(ctx, spec.source.selection);
  const withoutOrigin = rows.filter(({ origin }) => !isTold(origin)).length;
  const sources = [...new Set(rows.map(({ topic }) => topic))];
  const origins = [...new Set(rows.flatMap((row) => topicsOf([row.origin.topic, row.from.topic])))];
  const topics = await readPlanTopics(ctx, { id, spec }, { sources, origins });
  const tally = new PlanTally();
  const base = { ...emptyPlan(ctx, job), sources: topics.sources, targets: targetsOf(topics, tally) };
  const making = await openCopies(toolsOf(ctx), { id, spec, plan: base });
  try {
    const stale = await readNewerSiblings(ctx, rows, spec.target);
    const maxBytes = new Map(topics.targets.map((each) => [each.topic, each.maxMessageBytes]));
    if (!(await planDeadLetters(ctx, { number, spec, making, stale, maxBytes, tally }, rows))) return null;
  } finally {
    making.close();
  }
  const targets = targetsOf(topics, tally).filter(
    ({ topic, records }) => records !== 0 || isNamed(job, topic),
  );
  const failing = new Set(rows.flatMap(({ group }) => topicsOf([group])));
  const groups = await blastRadius(ctx, spec, { targets: targets.map(({ topic }) => topic), failing });
  const plan: JobPlan = {
    ...base,
    ...{ records: tally.records, bytes: tally.bytes, largestBytes: tally.largestBytes },
    ...{ targets, groups, refused: tally.refused, held: tally.held, processed: tally.processed },
    order: withoutOrigin > 0 ? "dead-letter" : "origin",
    refusals: [...topics.refusals, ...nothingToSend(tally)],
  };
  const missingTargets = topics.missing;
  const unmasked = unmaskedOf(ctx, plan);
  const warnings = planWarnings({ spec, plan, missing, withoutOrigin, missingTargets, unmasked });
  return {
    plan: { ...plan, warnings },
    rows: tally.digest(),
    counts: planCounts({ pending: tally.records, held: tally.heldCount, refused: tally.refusedCount }),
  };
}

const topicsOf = (names: readonly (string | null)[]): string[] =>
  names.flatMap((name) => (name === null ? [] : [name]));

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
