import type { DeadLetterFilter } from "#lib/adapters/db/dead-letters.sql.ts";
import type { DeadLetterState } from "#lib/domain/dead-letters/dead-letter.ts";
import { freshnessOf, type Freshness } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { shownTo } from "#lib/services/dead-letters/show-dead-letters.ts";

/** A filter as a call gives it. */
export interface GivenFilter {
  cause?: string | undefined;
  state?: DeadLetterState | undefined;
  topic?: string | undefined;
  group?: string | undefined;
  q?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
}

/** filterOf is the filter of a call: `q` looks at messages only for who may read all of them. */
export async function filterOf(ctx: Ctx, cluster: string, given: GivenFilter): Promise<DeadLetterFilter> {
  const { cause, state, topic, group, q, from, to } = given;
  const filter = { cluster, cause, state, topic, group, q, from, to };
  if (q === undefined || q === "") return filter;
  const topics = await ctx.db.deadLetterTopics.list(cluster);
  return { ...filter, messages: shownTo(ctx, cluster).readsTexts(topics.map((each) => each.topic)) };
}

/** indexFreshness tells when a cluster was observed, and which dead-letter topics cannot be read. */
export async function indexFreshness(ctx: Ctx, cluster: string): Promise<Freshness> {
  const { observedAt, failures } = await freshnessOf(ctx, cluster);
  const topics = await ctx.db.deadLetterTopics.list(cluster);
  const unread = topics.flatMap(({ topic, failure }) =>
    failure === null ? [] : [{ subject: `topic ${topic}`, reason: failure }],
  );
  return { observedAt, failures: [...failures, ...unread] };
}
