import type { Tx } from "#lib/adapters/db/db.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { tellChanged } from "#lib/services/sagas/read-command-results.ts";

/** A service that reads a command just before it expires has this long to answer. */
const ANSWER_GRACE_MS = 30_000;

/** What giving up runs on. */
export interface GiveUpCtx extends Pick<Ctx, "db" | "now" | "log"> {
  /** Runs first in the transaction: the guard of a lease. */
  readonly guard: (tx: Tx) => Promise<void>;
}

/**
 * giveUpCommands makes `unknown` what was sent, expired half a minute ago and has no answer: whether the service acted
 * only it can say, and a late answer is still taken. Answers how many.
 */
export async function giveUpCommands(ctx: GiveUpCtx): Promise<number> {
  const now = ctx.now();
  const given = await ctx.db.transaction(async (tx) => {
    await ctx.guard(tx);
    const changed = await tx.sagaCommandResults.giveUp(now - ANSWER_GRACE_MS, now);
    await tellChanged(tx, changed);
    return changed.length;
  });
  if (given > 0) ctx.log.warn({ commands: given }, "no answer came to commands to sagas");
  return given;
}
