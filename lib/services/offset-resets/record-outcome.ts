import type { Tx } from "#lib/adapters/db/db.ts";
import type { GroupEventKind } from "#lib/domain/groups/group.ts";
import type { OffsetReset } from "#lib/domain/offset-resets/offset-reset.ts";
import { WATCH_MS } from "#lib/domain/offset-resets/outcome.ts";
import { resetSentence } from "#lib/domain/offset-resets/words.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** How applying a reset ended. */
export interface Outcome {
  state: "applied" | "refused" | "failed";
  failures: string[];
}

interface Recorded {
  cluster: string;
  reset: OffsetReset;
  outcome: Outcome;
  /** Runs first in the transaction: the guard of a lease. */
  guard?: (tx: Tx) => Promise<void>;
}

/**
 * recordOutcome ends a reset that is applying: its state, the event of the group, the reset it took back, and a hint,
 * in one transaction. A reset that ended already stays as it is.
 */
export async function recordOutcome(
  ctx: Pick<Ctx, "db" | "now">,
  { cluster, reset, outcome, guard }: Recorded,
): Promise<void> {
  const at = ctx.now();
  const changed = outcome.state !== "refused";
  await ctx.db.transaction(async (tx) => {
    await guard?.(tx);
    const ended = await tx.offsetResets.end(reset.id, {
      ...outcome,
      at,
      watchUntilAt: changed ? at + WATCH_MS : null,
    });
    if (!ended) return;
    if (changed) {
      await tx.groupEvents.add(cluster, reset.group, eventOf(reset, outcome, at));
      await tx.offsetResets.endWatches({ cluster, group: reset.group, but: reset.id }, at);
    }
    if (outcome.state === "applied" && reset.target.kind === "undo")
      await tx.offsetResets.markUndone(reset.target.id, reset.id);
    await tx.hints.notify([{ feature: "groups", cluster, id: reset.group }]);
  });
}

function eventOf(
  reset: OffsetReset,
  outcome: Outcome,
  at: number,
): { at: number; kind: GroupEventKind; sentence: string } {
  const who = reset.decidedBy ?? reset.plannedBy;
  const done = resetSentence(reset.target, reset.plan.totals, who);
  const kinds: Partial<Record<OffsetReset["target"]["kind"], GroupEventKind>> = {
    undo: "reset-undone",
    none: "offsets-deleted",
    "delete-group": "offsets-deleted",
  };
  return {
    at,
    kind: kinds[reset.target.kind] ?? "reset",
    sentence: outcome.state === "failed" ? `${done} A part of it failed.` : done,
  };
}
