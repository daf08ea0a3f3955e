import type { StoredClusterState } from "#lib/adapters/db/clusters.ts";
import {
  samplingAt,
  type ClusterSummary,
  type PartialFailure,
  type Reachability,
} from "#lib/domain/clusters/cluster.ts";
import { AppError } from "#lib/services/app-error.ts";
import type { ClusterConfig, Ctx } from "#lib/services/ctx.ts";

/** clusterOf is the cluster of the config with this id. Throws AppError `cluster_unknown`. */
export function clusterOf(ctx: Ctx, id: string): ClusterConfig {
  const found = ctx.clusters.find((each) => each.id === id);
  if (found === undefined) {
    throw new AppError("cluster_unknown", `No cluster ${id} is configured.`, { details: { cluster: id } });
  }
  return found;
}

/** Freshness is what every list of a cluster says of its data. */
export interface Freshness {
  observedAt: number | null;
  failures: PartialFailure[];
}

/** freshnessOf tells when a cluster's data was observed and what was missing; an outage is a failure of its own. */
export async function freshnessOf(ctx: Ctx, cluster: string): Promise<Freshness> {
  const state = (await ctx.db.clusters.states()).get(cluster);
  if (state === undefined) return { observedAt: null, failures: [] };
  const outage = state.reachable
    ? []
    : [{ subject: `cluster ${cluster}`, reason: state.reason ?? "It does not answer." }];
  return { observedAt: state.sampledAt, failures: [...outage, ...state.failures] };
}

/** summaryOf joins a cluster of the config with what the worker last saw of it. */
export function summaryOf(
  config: ClusterConfig,
  state: StoredClusterState | undefined,
  now: number,
): ClusterSummary {
  return {
    id: config.id,
    name: config.name,
    color: config.color,
    readOnly: config.readOnly,
    kafkaClusterId: state?.kafkaClusterId ?? null,
    reachability: reachabilityOf(state),
    sampling: samplingAt(now, state?.sampledAt ?? null),
    sweep: state?.sweep ?? null,
    brokerCount: state?.brokerCount ?? 0,
    topicCount: state?.topicCount ?? 0,
    groupCount: state?.groupCount ?? 0,
  };
}

function reachabilityOf(state: StoredClusterState | undefined): Reachability {
  if (state === undefined) return { state: "unknown", reason: "The worker has not looked yet." };
  if (state.reachable) return { state: "reachable", sinceAt: state.sinceAt };
  return { state: "unreachable", sinceAt: state.sinceAt, reason: state.reason ?? "It does not answer." };
}
