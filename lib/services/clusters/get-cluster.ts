import type { getCluster as contract } from "#lib/contracts/clusters.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import { findingsOf } from "#lib/domain/clusters/findings.ts";
import { clusterOf, summaryOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** Groups in trouble that are named on the overview; the rest is on the groups page. */
const NAMED_GROUPS = 20;

/** getCluster answers what is wrong on one cluster now, and its totals. Throws `cluster_unknown`. */
export async function getCluster(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const config = clusterOf(ctx, input.params.cluster);
  const filter = { cluster: config.id };
  const state = (await ctx.db.clusters.states()).get(config.id);
  const now = ctx.now();
  const cluster = summaryOf(config, state, now);
  const worst = await ctx.db.groups.list({
    filter,
    sort: "trouble",
    order: "asc",
    after: null,
    limit: NAMED_GROUPS,
  });
  const latest = await ctx.db.history.latest(config.id);
  const live = cluster.sampling.state === "live";
  return {
    cluster,
    findings: findingsOf({
      now,
      cluster,
      idChange: state?.idChange ?? null,
      brokers: await ctx.db.brokers.list(config.id),
      groups: worst.map(({ group }) => group),
      topics: await ctx.db.topics.troubled(config.id),
      transactions: await ctx.db.openTransactions.hung(config.id),
      failures: state?.failures ?? [],
    }),
    // A rate of before the samples stopped is not the rate of now; the lag is at least what it was.
    produceRate: live ? (latest?.produceRate ?? null) : null,
    consumeRate: live ? (latest?.consumeRate ?? null) : null,
    lag: latest?.lag ?? null,
    groupsByVerdict: (await ctx.db.groups.count(filter)).byVerdict,
  };
}
