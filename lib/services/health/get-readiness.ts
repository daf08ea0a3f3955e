import type { StoredClusterState } from "#lib/adapters/db/clusters.ts";
import { samplingAt } from "#lib/domain/clusters/cluster.ts";
import type { ComponentState, Readiness } from "#lib/domain/health/readiness.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** What {@link getReadiness} is told of this build and of errors. */
export interface ReadinessInput {
  /** Names of the migrations of this build. */
  readonly migrations: readonly string[];
  /** Whether an error means that the database does not answer. */
  readonly isOutage: (error: unknown) => boolean;
}

/** getReadiness says of each part whether it works, and never throws for one that does not. */
export async function getReadiness(ctx: Ctx, input: ReadinessInput): Promise<Readiness> {
  const seen = await lookAtDatabase(ctx, input);
  if (seen.database !== "ok" || seen.schema !== "ok") {
    const clusters = ctx.clusters.map(({ id }) => ({ id, state: "unknown" as const }));
    return { ...seen, worker: "unknown", clusters };
  }
  const states = await ctx.db.clusters.states();
  const now = ctx.now();
  return {
    ...seen,
    worker: (await ctx.db.health.workerAlive()) ? "ok" : "stopped",
    clusters: ctx.clusters.map(({ id }) => ({ id, state: clusterStateOf(states.get(id), now) })),
  };
}

async function lookAtDatabase(
  ctx: Ctx,
  { migrations, isOutage }: ReadinessInput,
): Promise<Pick<Readiness, "database" | "schema">> {
  try {
    await ctx.db.ping();
    const applied = new Set(await ctx.db.appliedMigrations());
    return { database: "ok", schema: migrations.every((name) => applied.has(name)) ? "ok" : "schema_behind" };
  } catch (error) {
    if (isOutage(error)) return { database: "unreachable", schema: "unknown" };
    // The database answers, but has no table of migrations: nothing was applied.
    ctx.log.debug({ requestId: ctx.requestId }, "the applied migrations could not be read");
    return { database: "ok", schema: "schema_behind" };
  }
}

function clusterStateOf(state: StoredClusterState | undefined, now: number): ComponentState {
  if (state === undefined) return "unknown";
  if (!state.reachable) return "unreachable";
  return samplingAt(now, state.sampledAt).state === "live" ? "ok" : "stopped";
}
