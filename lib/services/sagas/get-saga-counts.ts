import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import type { getSagaCounts as contract } from "#lib/contracts/sagas.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { historyRange } from "#lib/services/history-range.ts";
import { askSources, sagaSources, unknownSource } from "#lib/services/sagas/sources.ts";

/** getSagaCounts answers how many sagas stand where, now and over time. Throws `request_invalid`. */
export async function getSagaCounts(
  ctx: Ctx,
  input: InputOf<typeof contract>,
): Promise<OutputOf<typeof contract>> {
  const { source: wanted, type, ...asked } = input.query;
  const range = historyRange(asked, ctx.now());
  const sources = sagaSources(ctx, wanted);
  const [{ answers, failures }, history] = await Promise.all([
    askSources(sources, (source) => source.counts(ctx.signal)),
    ctx.db.sagaCounts.history(range, { source: wanted, type }),
  ]);
  const items = answers.flatMap(({ source: { facts }, answer }) =>
    answer
      .filter((each) => type === undefined || each.type === type)
      .map((each) => ({ ...each, source: facts.id, kind: facts.kind })),
  );
  return {
    items,
    history,
    failures: [...unknownSource(sources, wanted), ...failures],
    observedAt: ctx.now(),
  };
}
