import type { DeadLetterSet, SetCount } from "#lib/adapters/db/dead-letters.ts";
import type { discardDeadLetters as contract } from "#lib/contracts/dead-letters.ts";
import type { InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import { moved, movesFrom, moveTo } from "#lib/domain/dead-letters/states.ts";
import { AppError } from "#lib/services/app-error.ts";
import { clusterOf } from "#lib/services/clusters/cluster-of.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { filterOf } from "#lib/services/dead-letters/dead-letter-filter.ts";

/** Rows of one transaction: the index waits for their tallies. */
const BATCH = 2_000;

type Input = InputOf<typeof contract>;
type Output = OutputOf<typeof contract>;

/**
 * changeDeadLetters discards or restores a selection, and tells what was left as it was and why. Doing it again changes
 * nothing more. Throws `cluster_unknown`, and `selection_changed` where a frozen filter matches another number now:
 * then nothing was changed.
 */
export async function changeDeadLetters(
  ctx: Ctx,
  input: Input,
  move: "discard" | "restore",
): Promise<Output> {
  const { id: cluster } = clusterOf(ctx, input.params.cluster);
  const { selection, reason } = input.body;
  const set = await setOf(ctx, cluster, selection);
  const before = await ctx.db.deadLetters.count(set);
  const total = [...before.byState.values()].reduce((sum, count) => sum + count, 0);
  if (selection.kind === "filter" && total !== selection.frozen.count)
    throw selectionChanged(selection, total);
  const change = {
    ...{ from: movesFrom(move), to: moveTo(move), at: ctx.now(), limit: BATCH },
    reason: move === "discard" ? reason : null,
  };
  let changed = 0;
  for (let rows = BATCH; rows === BATCH && !ctx.signal.aborted; changed += rows)
    rows = await ctx.db.transaction((tx) => tx.deadLetters.change(set, change));
  if (changed > 0) await ctx.db.hints.notify([{ feature: "dead-letters", cluster, id: null }]);
  const named = selection.kind === "ids" ? new Set(selection.ids.map((id) => id.toLowerCase())).size : total;
  return { changed, skipped: skippedOf(before, { move, changed, missing: named - total }) };
}

type Selection = Input["body"]["selection"];

async function setOf(ctx: Ctx, cluster: string, selection: Selection): Promise<DeadLetterSet> {
  if (selection.kind === "ids") return { kind: "ids", cluster, ids: selection.ids };
  const filter = await filterOf(ctx, cluster, selection.filter);
  return { kind: "filter", filter, upTo: selection.frozen.upTo };
}

function selectionChanged({ frozen }: Extract<Selection, { kind: "filter" }>, count: number): AppError {
  const sentence = `The filter matched ${frozen.count} dead letters when it was frozen and matches ${count} of them now. Look again.`;
  return new AppError("selection_changed", sentence, { details: { frozen: frozen.count, count } });
}

function skippedOf(
  { byState }: SetCount,
  { move, changed, missing }: { move: "discard" | "restore"; changed: number; missing: number },
): Output["skipped"] {
  const reasons = new Map<string, number>();
  let movable = 0;
  for (const [state, count] of byState) {
    const outcome = moved({ state, twinOf: null }, move);
    if ("refused" in outcome) reasons.set(outcome.refused, (reasons.get(outcome.refused) ?? 0) + count);
    else movable += count;
  }
  if (missing > 0) reasons.set("It is forgotten, or a twin: another dead letter counts for it.", missing);
  if (movable > changed) reasons.set("It was changed by somebody else meanwhile.", movable - changed);
  return [...reasons].map(([reason, count]) => ({ reason, count }));
}
