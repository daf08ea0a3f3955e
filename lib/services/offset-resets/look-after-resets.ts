import type { Tx } from "#lib/adapters/db/db.ts";
import type { ResetAt } from "#lib/adapters/db/offset-resets.ts";
import { outcomeOf, watchFindings } from "#lib/domain/offset-resets/outcome.ts";
import type { WatchFinding } from "#lib/domain/offset-resets/offset-reset.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { askBrokers } from "#lib/services/ask-brokers.ts";
import { recordOutcome } from "#lib/services/offset-resets/record-outcome.ts";

/** A reset that applies for longer than any of its calls may take was left so by a crash. */
const APPLYING_LIMIT_MS = 60_000;
/** A watch whose cluster stays away is given up after this time. */
const WATCH_GIVEN_UP_MS = 5 * 60_000;

/** What looking after resets runs on. */
export interface LookCtx extends Pick<Ctx, "db" | "kafka" | "now" | "log" | "signal"> {
  /** Runs first in each transaction: the guard of a lease. */
  readonly guard: (tx: Tx) => Promise<void>;
}

/**
 * lookAfterResets does one round over what is open: a reset that a crash left `applying` is settled by comparing the
 * commits with its plan, and the commits of a reset that was applied within the last half minute are read again.
 * Answers how many are open still. One that fails costs this round alone.
 */
export async function lookAfterResets(ctx: LookCtx): Promise<number> {
  const open = await ctx.db.offsetResets.open(ctx.now() - APPLYING_LIMIT_MS);
  let left = 0;
  for (const each of open) {
    if (ctx.signal.aborted) break;
    const done = each.reset.state === "applying" ? await settle(ctx, each) : await watch(ctx, each);
    if (!done) left += 1;
  }
  return left;
}

async function settle(ctx: LookCtx, { cluster, reset }: ResetAt): Promise<boolean> {
  const standing = await standingOf(ctx, { cluster, reset });
  if (standing === null) return false;
  const found = outcomeOf(reset.plan.rows, standing);
  const failures = found.state === "failed" ? found.failures : [];
  if (found.state === "refused") failures.push("It was interrupted before anything was changed.");
  await recordOutcome(ctx, {
    ...{ cluster, reset, guard: ctx.guard },
    outcome: { state: found.state, failures },
  });
  ctx.log.info({ reset: reset.id, cluster, state: found.state }, "an interrupted offset reset is settled");
  return true;
}

async function watch(ctx: LookCtx, { cluster, reset }: ResetAt): Promise<boolean> {
  const { watch: now } = reset;
  if (now === null) return true;
  const standing = await standingOf(ctx, { cluster, reset });
  const at = ctx.now();
  const findings = standing === null ? now.findings : watchFindings(reset, standing);
  const over = at >= now.untilAt && (standing !== null || at >= now.untilAt + WATCH_GIVEN_UP_MS);
  await ctx.db.transaction(async (tx) => {
    await ctx.guard(tx);
    if (standing !== null || over) {
      const lookedAt = standing === null ? (now.lookedAt ?? at) : at;
      await tx.offsetResets.noteLook(reset.id, { at: lookedAt, findings, endedAt: over ? at : null });
    }
    if (over || told(findings) !== told(now.findings) || now.lookedAt === null)
      await tx.hints.notify([{ feature: "groups", cluster, id: reset.group }]);
  });
  return over;
}

const told = (findings: readonly WatchFinding[]): string =>
  findings.map(({ topic, partition, what, found }) => `${topic} ${partition} ${what} ${found ?? ""}`).join();

/** null where the cluster does not answer, or is in the config no more. */
async function standingOf(ctx: LookCtx, { cluster, reset }: ResetAt) {
  try {
    return await askBrokers(ctx, cluster, (kafka, signal) => kafka.groupAdmin.standing(reset.group, signal));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    ctx.log.debug({ reset: reset.id, cluster, reason: error.message }, "a reset could not be looked after");
    return null;
  }
}
