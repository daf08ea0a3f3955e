import { createHash } from "node:crypto";
import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import { type OutcomeCounts, OUTCOMES } from "#lib/domain/jobs/job.ts";
import { type JobPlan, type PlanNote, PROCESSED_MARKS } from "#lib/domain/jobs/job-plan.ts";
import { planWarnings } from "#lib/domain/jobs/plan-notes.ts";
import { AppError } from "#lib/services/app-error.ts";
import { blastRadius } from "#lib/services/jobs/blast-radius.ts";
import { openCopies } from "#lib/services/jobs/copy-job.ts";
import { hashPlan } from "#lib/services/jobs/hash-plan.ts";
import { readNewerSiblings } from "#lib/services/jobs/newer-siblings.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import { planDeadLetters } from "#lib/services/jobs/plan-dead-letters.ts";
import { freezeRanges, oldestOf } from "#lib/services/jobs/plan-ranges.ts";
import { PlanTally } from "#lib/services/jobs/plan-tally.ts";
import { plannedTargets, readPlanTopics, toolsOf, type PlanTopics } from "#lib/services/jobs/plan-targets.ts";
import { isTold, readSelection } from "#lib/services/jobs/read-selection.ts";

/** A plan with what its hash takes in besides. */
interface Computed {
  plan: JobPlan;
  /** Digest of the rows. */
  rows: string;
  counts: OutcomeCounts;
}

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
async function compute(ctx: PlanCtx, job: StoredJob): Promise<Computed | null> {
  try {
    return job.spec.source.kind === "ranges" ? await ofRanges(ctx, job) : await ofDeadLetters(ctx, job);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const note = { code: error.code, sentence: error.message };
    return { plan: { ...emptyPlan(ctx, job), refusals: [note] }, rows: "", counts: counts({}) };
  }
}

const counts = (given: Partial<OutcomeCounts>): OutcomeCounts =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, given[outcome] ?? 0])) as OutcomeCounts;

function emptyPlan(ctx: PlanCtx, { spec }: StoredJob): JobPlan {
  const { value } = spec.transform;
  return {
    ...{ readAt: ctx.now(), records: 0, atMost: false, bytes: null, largestBytes: null },
    ...{ sources: [], targets: [], ranges: [], refused: [], held: [], groups: [] },
    processed: Object.fromEntries(PROCESSED_MARKS.map((mark) => [mark, 0])) as JobPlan["processed"],
    delivery: "exactly-once",
    order: spec.source.kind === "ranges" ? "source" : "origin",
    scriptHash: value.kind === "script" ? createHash("sha256").update(value.code).digest("hex") : null,
    ...{ warnings: [], refusals: [] },
  };
}

async function ofDeadLetters(ctx: PlanCtx, job: StoredJob): Promise<Computed | null> {
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
    counts: counts({ pending: tally.records, held: tally.heldCount, refused: tally.refusedCount }),
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

async function ofRanges(ctx: PlanCtx, job: StoredJob): Promise<Computed> {
  const { spec, id, number } = job;
  if (spec.source.kind !== "ranges") throw new Error("The job copies dead letters.");
  const ranges = await freezeRanges(ctx, spec.source);
  const names = [...new Set(spec.source.topics.map(({ topic }) => topic))];
  const topics = await readPlanTopics(ctx, { id, spec }, { sources: names, origins: names });
  // The script is read, so that one that cannot be used refuses the plan.
  (await openCopies(toolsOf(ctx), { id, spec, plan: { sources: [], targets: [] } })).close();
  await ctx.guarded((tx) => tx.jobs.addRanges(number, ranges));
  const targets = plannedTargets(topics.targets, () => null);
  const groups = await blastRadius(ctx, spec, {
    targets: targets.map(({ topic }) => topic),
    failing: new Set(),
  });
  const records = Number(ranges.reduce((sum, range) => sum + range.toOffset - range.fromOffset, 0n));
  const plan: JobPlan = {
    ...emptyPlan(ctx, job),
    ...{ records, atMost: true, sources: topics.sources, targets, ranges, groups },
    refusals: [
      ...topics.refusals,
      ...topics.missing.map((topic) => ({
        code: "target_missing",
        sentence: `The target ${topic} is not there.`,
      })),
      ...(records === 0 ? [{ code: "nothing_to_send", sentence: "The ranges are empty." }] : []),
      ...(await keptTimeRefusals(ctx, job, { topics, ranges })),
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
  return { plan: { ...plan, warnings: planWarnings(found) }, rows: "", counts: counts({ pending: records }) };
}

/** Targets where nothing is hidden of records that come from topics where something is. */
function unmaskedOf({ kafka }: PlanCtx, { sources, targets }: JobPlan): string[] {
  if (!sources.some(({ topic }) => kafka.records.maskOf(topic).any)) return [];
  return targets.map(({ topic }) => topic).filter((topic) => !kafka.records.maskOf(topic).any);
}

/** A time that is kept may be one that the target deletes at once. */
async function keptTimeRefusals(
  ctx: PlanCtx,
  { spec }: StoredJob,
  { topics, ranges }: { topics: PlanTopics; ranges: JobPlan["ranges"] },
): Promise<PlanNote[]> {
  if (spec.times !== "kept" || ranges.length === 0) return [];
  const oldest = await oldestOf(ctx, ranges);
  return topics.targets.flatMap(({ topic, retentionMs }) => {
    if (oldest === null || retentionMs === null || retentionMs < 0 || ctx.now() - oldest <= retentionMs)
      return [];
    const sentence = `The oldest record is older than ${topic} keeps any: with its time kept it would be deleted at once.`;
    return [{ code: "times_expired", sentence }];
  });
}
