import type { DeadLetterFilter } from "#lib/adapters/db/dead-letters.sql.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getDeadLetterHistory as contract } from "#lib/contracts/dead-letters.ts";
import type { HistoryRange } from "#lib/domain/time/history-levels.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { historyRange } from "#lib/services/history-range.ts";

const MINUTE_MS = 60_000;

/** arrivalsOver counts what a filter matches over a range, in whole minutes, at most `points` steps and one. */
export async function arrivalsOver(
  ctx: Ctx,
  filter: DeadLetterFilter,
  { fromAt: askedAt, toAt, points }: HistoryRange,
): Promise<OutputOf<typeof contract>> {
  const minutes = Math.max(1, Math.ceil((toAt - askedAt) / MINUTE_MS / points));
  const stepMs = minutes * MINUTE_MS;
  const fromAt = Math.floor(askedAt / MINUTE_MS) * MINUTE_MS;
  const steps = Math.ceil((toAt - fromAt) / stepMs);
  const counts = await ctx.db.deadLetterCauses.history(filter, { fromAt, toAt, stepMs });
  const numbers = Array.from({ length: steps }, (_, step) => step);
  return {
    fromAt,
    toAt,
    stepMs,
    at: numbers.map((step) => fromAt + step * stepMs),
    arrived: numbers.map((step) => counts.get(step) ?? 0),
  };
}

/** getDeadLetterHistory answers how many dead letters came when. Throws `cluster_unknown`, `request_invalid`. */
export async function getDeadLetterHistory(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { topic, group } = input.query;
  return arrivalsOver(ctx, { cluster, topic, group }, historyRange(input.query, ctx.now()));
}
