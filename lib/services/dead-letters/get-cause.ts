import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getCause as contract } from "#lib/contracts/dead-letters.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { arrivalsOver } from "#lib/services/dead-letters/get-dead-letter-history.ts";
import { findCause, showCauses, shownTo } from "#lib/services/dead-letters/show-dead-letters.ts";
import { historyRange } from "#lib/services/history-range.ts";

const TOP_KEYS = 20;

/** getCause answers one cause with its history. Throws `cluster_unknown`, `cause_unknown`, `request_invalid`. */
export async function getCause(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const range = historyRange(input.query, ctx.now());
  const stored = await findCause(ctx, cluster, input.params.id);
  const [cause] = await showCauses(ctx, cluster, [stored]);
  if (cause === undefined) throw new Error("One cause is shown for one that is given.");
  const shown = shownTo(ctx, cluster);
  const stack = await ctx.db.deadLetterCauses.stack(stored.ref);
  const keys = await ctx.db.deadLetterCauses.topKeys(stored.ref, TOP_KEYS);
  return {
    cause,
    history: await arrivalsOver(ctx, { cluster, cause: cause.id }, range),
    stack: stack && shown.text(stack.topic, stack.stack),
    topKeys: keys.flatMap(({ key: text, topic, count }) => {
      const key = shown.key(topic, text);
      return key === null ? [] : [{ key, count }];
    }),
  };
}
