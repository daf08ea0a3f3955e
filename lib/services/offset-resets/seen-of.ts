import type { GroupHistory } from "#lib/domain/groups/group.ts";
import type { ResetPlan } from "#lib/domain/offset-resets/offset-reset.ts";
import { medianReadRate } from "#lib/domain/offset-resets/rates.ts";
import { emptySince } from "#lib/domain/offset-resets/refusals.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { readGroupHistory } from "#lib/services/groups/get-group-history.ts";

/** What sweeps have seen of a group: when a commit last moved, and since when it is empty. Null is unknown. */
export interface Seen {
  lastMovedAt: number | null;
  emptySinceAt: number | null;
}

/** seenOf reads it; a plan that found the group empty is a sight too. */
export async function seenOf(
  ctx: Pick<Ctx, "db">,
  { cluster, group, plan }: { cluster: string; group: string; plan: ResetPlan | null },
): Promise<Seen> {
  const stored = await ctx.db.groups.get(cluster, group);
  const seenSinceAt = stored === null ? null : await ctx.db.offsetResets.seenSinceAt(cluster, group);
  return {
    lastMovedAt: stored?.lastMovedAt ?? null,
    emptySinceAt: emptySince({ stored, seenSinceAt, plan }),
  };
}

/** The rates of a day are asked for in so many points. */
const POINTS = 288;
const DAY_MS = 24 * 3_600_000;

/** Rates of a group as stored samples of a day tell them, records a second; null is unknown. */
export interface Rates {
  /** The middle of the rates at which it read when it read: an empty group's present rate is 0. */
  consumeRate: number | null;
  /** What its topics grow by now; 0 where no sample tells. */
  produceRate: number;
}

/** measuredRates reads the rates of a group from what the sweeps of a day stored. */
export async function measuredRates(
  ctx: Pick<Ctx, "db" | "now">,
  cluster: string,
  group: string,
): Promise<Rates> {
  const { commitRate, endRate } = await dayOf(ctx, cluster, group);
  return {
    consumeRate: medianReadRate(commitRate),
    produceRate: endRate.findLast((rate) => rate !== null) ?? 0,
  };
}

async function dayOf(
  ctx: Pick<Ctx, "db" | "now">,
  cluster: string,
  group: string,
): Promise<Pick<GroupHistory, "commitRate" | "endRate">> {
  const query = { from: ctx.now() - DAY_MS, points: POINTS };
  try {
    return await readGroupHistory(ctx, { cluster, group, query });
  } catch (error) {
    // A group that no sweep has seen yet has no history.
    if (error instanceof AppError && error.code === "group_unknown") return { commitRate: [], endRate: [] };
    throw error;
  }
}
