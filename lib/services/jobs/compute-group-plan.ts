import type { StoredJob } from "#lib/adapters/db/job-rows.ts";
import { groupReplayWarnings } from "#lib/domain/jobs/group-replay-notes.ts";
import { rangesOf, rereadRows, resetTargetOf } from "#lib/domain/jobs/group-replay.ts";
import type { AffectedGroup, JobPlan, PlanNote } from "#lib/domain/jobs/job-plan.ts";
import type { JobSource } from "#lib/domain/jobs/job-source.ts";
import type { ResetPlan, ResetScope } from "#lib/domain/offset-resets/offset-reset.ts";
import type { PartitionRef } from "#lib/domain/offset-resets/standing.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { PlanCtx } from "#lib/services/jobs/plan-ctx.ts";
import { emptyPlan, planCounts, type ComputedPlan } from "#lib/services/jobs/plan-draft.ts";
import { workerResetCtx } from "#lib/services/jobs/worker-reset-ctx.ts";
import { computePlan, type Asked } from "#lib/services/offset-resets/compute-plan.ts";
import { keepPlan } from "#lib/services/offset-resets/plan-offset-reset.ts";

/** A replay to a group, out of its job's spec. */
interface GroupReplay {
  group: string;
  source: Extract<JobSource, { kind: "ranges" }>;
}

/**
 * computeGroupPlan plans a replay to a group: the plan of an offset reset, which is kept beside the job. Partitions
 * where the group stands at or before the wanted place stay as they are: a replay skips nothing. Throws AppError as
 * the planning of a reset does, and KafkaError.
 */
export async function computeGroupPlan(ctx: PlanCtx, job: StoredJob): Promise<ComputedPlan> {
  const replay = groupReplayOf(job);
  const wide = await resetPlanOf(ctx, replay, {
    kind: "topics",
    topics: replay.source.topics.map(({ topic }) => topic),
  });
  refuseUnread(replay, wide);
  const wanted = partitionsOf(replay, wide);
  const empty = emptyPlan(ctx, job);
  if (wanted.length === 0)
    return { plan: { ...empty, refusals: [nothing(replay)] }, rows: "", counts: planCounts({}) };
  const scope = { kind: "partitions" as const, partitions: wanted };
  const reset = await resetPlanOf(ctx, replay, scope);
  const asked = askedOf(ctx, replay, scope);
  await ctx.guarded(async (tx) => {
    await tx.jobRuns.setReset(job.number, await keepPlan(workerResetCtx(ctx), tx, { asked, plan: reset }));
  });
  const plan = await jobPlanOf(ctx, { replay, empty, reset, behind: behindOf(wide, wanted) });
  return { plan, rows: "", counts: planCounts({ pending: plan.records }) };
}

/** groupReplayOf is the replay to a group that a job is. */
function groupReplayOf({ spec: { target, source } }: StoredJob): GroupReplay {
  if (target.kind !== "group" || source.kind !== "ranges") throw new Error("The job replays to no group.");
  return { group: target.group, source };
}

/** askedOf is the reset that a replay asks for. Throws AppError `request_invalid` for one that begins at the end. */
function askedOf(ctx: PlanCtx, { group, source }: GroupReplay, scope: ResetScope): Asked {
  const target = resetTargetOf(source.from);
  if (target === null) throw new AppError("request_invalid", "A replay from the end reads nothing again.");
  return { cluster: ctx.cluster, group, target, scope };
}

async function resetPlanOf(ctx: PlanCtx, replay: GroupReplay, scope: ResetScope): Promise<ResetPlan> {
  try {
    return await computePlan(workerResetCtx(ctx), askedOf(ctx, replay, scope));
  } catch (error) {
    // An outage refuses nothing: the planning is tried again.
    const away = error instanceof AppError && error.code === "cluster_unreachable";
    throw away && error.cause instanceof Error ? error.cause : error;
  }
}

/** A topic that the group has no commit on is none of its own. */
function refuseUnread({ group, source }: GroupReplay, { rows }: ResetPlan): void {
  const unread = source.topics.find(
    ({ topic }) => !rows.some((row) => row.topic === topic && row.from !== null),
  );
  if (unread !== undefined)
    throw new AppError(
      "request_invalid",
      `The group ${group} has no commit on ${unread.topic}: it does not read it.`,
    );
}

/** The partitions that are asked for and of which something is read again. */
function partitionsOf({ source }: GroupReplay, { rows, topics }: ResetPlan): PartitionRef[] {
  const asked = new Map(source.topics.map(({ topic, partitions }) => [topic, partitions]));
  for (const { topic, partitionCount } of topics) {
    const missing = asked.get(topic)?.find((partition) => partition >= partitionCount);
    if (missing !== undefined)
      throw new AppError("topic_unknown", `The topic ${topic} has no partition ${missing}.`, {
        details: { topic },
      });
  }
  return rereadRows(rows)
    .filter(({ topic, partition }) => asked.get(topic)?.includes(partition) ?? true)
    .map(({ topic, partition }) => ({ topic, partition }));
}

/** Partitions where the group would be put ahead: they stay. */
const behindOf = ({ rows }: ResetPlan, wanted: readonly PartitionRef[]): number =>
  rows.filter(
    ({ topic, partition, effect, records }) =>
      effect === "skip" &&
      (records ?? 0) > 0 &&
      !wanted.some((each) => each.topic === topic && each.partition === partition),
  ).length;

const nothing = ({ group }: GroupReplay): PlanNote => ({
  code: "nothing_to_send",
  sentence: `Group ${group} stands at or before that place everywhere: nothing would be read again.`,
});

interface Planning {
  replay: GroupReplay;
  empty: JobPlan;
  reset: ResetPlan;
  behind: number;
}

async function jobPlanOf(ctx: PlanCtx, { replay, empty, reset, behind }: Planning): Promise<JobPlan> {
  const { group } = replay;
  const ranges = rangesOf(reset);
  const groups = await affectedBy(ctx, group, reset);
  const records = Number(ranges.reduce((sum, { fromOffset, toOffset }) => sum + toOffset - fromOffset, 0n));
  return {
    ...empty,
    ...{ readAt: reset.readAt, records, atMost: reset.totals.atMost, ranges, groups },
    sources: reset.topics,
    reset: { group, partitions: ranges.length, reread: records, skipped: reset.totals.skipped },
    warnings: groupReplayWarnings({ group, reset, behind, groups }),
    // Members are waited for; all else that forbids the reset forbids the job.
    refusals: reset.refusals.filter(({ code }) => code !== "group_not_empty"),
  };
}

/** The group itself, once a topic: what it is declared to be decides who has to agree. */
async function affectedBy(
  ctx: PlanCtx,
  group: string,
  { rows, topics }: ResetPlan,
): Promise<AffectedGroup[]> {
  const { isolation, effects } = ctx.jobs.settings.group(group);
  const dedups = await ctx.jobs.processed.dedups({ cluster: ctx.cluster, group }, ctx.signal);
  return topics.map(({ topic }) => ({
    ...{ group, topic, isolation, effects, dedups },
    ...{ role: "reader" as const, by: "commits" as const },
    lag: rows
      .filter((row) => row.topic === topic)
      .reduce((sum, { from, end }) => sum + (from === null ? 0 : Math.max(0, Number(end - from.offset))), 0),
  }));
}
