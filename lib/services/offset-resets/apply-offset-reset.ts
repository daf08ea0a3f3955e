import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { applyOffsetReset as contract } from "#lib/contracts/offset-resets.ts";
import { auditActor } from "#lib/domain/audit/audit-entry.ts";
import { differences } from "#lib/domain/offset-resets/differences.ts";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";
import { outcomeOf, type FoundOutcome } from "#lib/domain/offset-resets/outcome.ts";
import { refusalOfKind, refusalOfState, refusalsOf, waitsForMs } from "#lib/domain/offset-resets/refusals.ts";
import type { GroupStanding } from "#lib/domain/offset-resets/standing.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { askBrokers } from "#lib/services/ask-brokers.ts";
import { findReset } from "#lib/services/offset-resets/get-offset-reset.ts";
import { hashPlan } from "#lib/services/offset-resets/hash-plan.ts";
import { recordOutcome, type Outcome } from "#lib/services/offset-resets/record-outcome.ts";
import { refuseReadOnly } from "#lib/services/offset-resets/refuse-read-only.ts";
import { seenOf } from "#lib/services/offset-resets/seen-of.ts";
import { writeReset } from "#lib/services/offset-resets/write-reset.ts";
import type { ResetCtx } from "#lib/services/offset-resets/reset-ctx.ts";

/** A plan is agreed to within this time, or made anew. */
const PLAN_KEPT_MS = 24 * 3_600_000;

/**
 * applyOffsetReset does what a plan says, once, if the group is empty and everything is as the plan found it; else
 * nothing is changed and the plan is `refused` with the difference. Throws `reset_unknown`, `reset_not_planned`,
 * `group_not_settled` and `reset_busy` (the plan stays), `group_not_empty`, `reset_plan_changed`, `reset_changes_nothing`,
 * `reset_failed`, `cluster_read_only`, `cluster_unreachable`.
 */
export async function applyOffsetReset(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const cluster = clusterOf(ctx, input.params.cluster);
  refuseReadOnly(cluster);
  const at = { cluster: cluster.id, group: input.params.group, id: input.params.id };
  const reset = await findReset(ctx, at);
  await refuseOwned(ctx, reset);
  await applyReset(ctx, { cluster: cluster.id, reset, reason: input.body.reason });
  return findReset(ctx, at);
}

/** A job that is to apply the reset does so when its group is empty; beside it nobody does. */
async function refuseOwned(ctx: ResetCtx, { id }: OffsetReset): Promise<void> {
  const job = await ctx.db.jobRuns.ownerOf(id);
  if (job === null) return;
  const sentence = `Job ${job} applies this reset when its group is empty. Start it, or cancel it and plan a reset.`;
  throw new AppError("reset_busy", sentence, { details: { reset: id, job } });
}

interface Applying {
  cluster: string;
  reset: OffsetReset;
  reason: string;
}

/** applyReset is {@link applyOffsetReset} for a reset at hand. */
export async function applyReset(ctx: ResetCtx, applying: Applying): Promise<void> {
  const { cluster, reset } = applying;
  if (reset.state !== "planned") throw notPlanned(reset);
  await refuseUnsettled(ctx, applying, await readStanding(ctx, cluster, reset.group));
  await begin(ctx, applying);
  // Read once it is ours alone: no other reset of the group writes from here on.
  const refusal = await refusalAtLast(ctx, applying);
  if (refusal !== null) {
    await recordOutcome(ctx, { cluster, reset, outcome: { state: "refused", failures: refusal.failures } });
    throw refusal.error;
  }
  const outcome = await writeAndTell(ctx, cluster, reset);
  await recordOutcome(ctx, { cluster, reset, outcome });
  if (outcome.state !== "applied") {
    const code = outcome.state === "refused" ? "group_not_empty" : "reset_failed";
    throw new AppError(code, outcome.failures.slice(0, 3).join(" "), { details: { reset: reset.id } });
  }
}

const readStanding = (ctx: ResetCtx, cluster: string, group: string): Promise<GroupStanding> =>
  askBrokers(ctx, cluster, (kafka, signal) => kafka.groupAdmin.standing(group, signal));

const notPlanned = ({ id, state }: OffsetReset): AppError =>
  new AppError("reset_not_planned", `The reset is ${state}: it is decided once.`, {
    details: { reset: id, state },
  });

/** One of several that decide at once begins; the others are told. */
async function begin(ctx: ResetCtx, { reset, reason }: Applying): Promise<void> {
  const by = auditActor(ctx.actor).actorLabel;
  const begun = await ctx.db.offsetResets.begin(reset.id, { by, at: ctx.now(), reason });
  if (begun === "decided") throw notPlanned({ ...reset, state: "applying" });
  if (begun === "busy") {
    const sentence =
      "Another reset of the group is being applied. One that was interrupted is settled by the worker within 2 m.";
    throw new AppError("reset_busy", sentence, { details: { reset: reset.id } });
  }
}

/** As {@link refusalOf}; brokers that do not answer refuse it too, for nothing was asked of them yet. */
async function refusalAtLast(ctx: ResetCtx, applying: Applying): Promise<Refusal | null> {
  try {
    const { cluster, reset } = applying;
    return await refusalOf(ctx, applying, await readStanding(ctx, cluster, reset.group));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { error, failures: [error.message] };
  }
}

interface Refusal {
  error: AppError;
  failures: string[];
}

/** A member that restarts is away for a moment: the plan stays until the group has been empty for long enough. */
async function refuseUnsettled(
  ctx: ResetCtx,
  { cluster, reset }: Applying,
  standing: GroupStanding,
): Promise<void> {
  if (standing.state !== "empty") return;
  const { emptySinceAt } = await seenOf(ctx, { cluster, group: reset.group, plan: reset.plan });
  const retryAfterSeconds = Math.ceil(waitsForMs(emptySinceAt, ctx.now()) / 1_000);
  if (retryAfterSeconds === 0) return;
  const sentence = `The group has been empty for less than 20 s: a member may be restarting. Try again in ${retryAfterSeconds} s.`;
  throw new AppError("group_not_settled", sentence, { details: { retryAfterSeconds } });
}

/** Why the plan cannot be applied as things are now, with all there is to say of it; null when it can. */
async function refusalOf(
  ctx: ResetCtx,
  { cluster, reset }: Applying,
  standing: GroupStanding,
): Promise<Refusal | null> {
  const { plan, target, group } = reset;
  const refuse = (
    code: "group_not_empty" | "reset_plan_changed" | "reset_changes_nothing",
    failures: string[],
  ) => ({
    failures,
    error: new AppError(code, failures.slice(0, 3).join(" "), {
      details: { reset: reset.id, differences: failures.length },
    }),
  });
  if (hashPlan(reset) !== reset.hash)
    return refuse("reset_plan_changed", ["The stored plan is not the one that was made."]);
  if (ctx.now() - reset.plannedAt > PLAN_KEPT_MS)
    return refuse("reset_plan_changed", ["The plan is older than 24 h. Plan again."]);
  const ofKind = refusalOfKind(group, standing.kind, standing.protocolType);
  if (ofKind !== null) return refuse("reset_plan_changed", [ofKind.sentence]);
  const ofState = refusalOfState(standing, target);
  if (ofState !== null) return refuse("group_not_empty", [ofState.sentence]);
  const [nothing] = refusalsOf({ ...plan, groupKind: standing.kind, groupState: standing.state }, target);
  if (nothing !== undefined) return refuse("reset_changes_nothing", [nothing.sentence]);
  const topics = plan.topics.map(({ topic }) => topic);
  const logs = await askBrokers(ctx, cluster, (kafka, signal) => kafka.topicLogs.read(topics, signal));
  const found = differences(plan, { standing, logs });
  return found.length === 0 ? null : refuse("reset_plan_changed", found);
}

/** Writes; where a call fails its outcome is unknown, and the commits tell. */
async function writeAndTell(ctx: ResetCtx, cluster: string, reset: OffsetReset): Promise<Outcome> {
  try {
    return await askBrokers(ctx, cluster, (kafka, signal) => writeReset(kafka.groupAdmin, reset, signal));
  } catch (error) {
    ctx.log.warn({ reset: reset.id, cluster }, "the outcome of an offset reset is looked up");
    const found = await lookUp(ctx, cluster, reset);
    // The worker looks again, with the reset still `applying`.
    if (found === null) throw error;
    return { failures: [], ...found };
  }
}

async function lookUp(ctx: ResetCtx, cluster: string, reset: OffsetReset): Promise<FoundOutcome | null> {
  try {
    return outcomeOf(reset.plan.rows, await readStanding(ctx, cluster, reset.group));
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}
