import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { countSelection as contract } from "#lib/contracts/dead-letters.ts";
import { noCounts } from "#lib/domain/dead-letters/states.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { filterOf } from "#lib/services/dead-letters/dead-letter-filter.ts";

/** countSelection counts and freezes what a filter matches; twins are in no selection. Throws `cluster_unknown`. */
export async function countSelection(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const filter = await filterOf(ctx, cluster, input.query);
  const { byState, upTo } = await ctx.db.deadLetters.count({ kind: "all", filter });
  return {
    upTo: upTo ?? 0n,
    count: [...byState.values()].reduce((sum, count) => sum + count, 0),
    byState: { ...noCounts(), ...Object.fromEntries(byState) },
  };
}
