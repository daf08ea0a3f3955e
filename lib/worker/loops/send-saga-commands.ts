import type { Lease } from "#lib/domain/clusters/lease.ts";
import { pause } from "#lib/services/pause.ts";
import { giveUpCommands } from "#lib/services/sagas/give-up-commands.ts";
import { sendWaitingCommands, type SendingCtx } from "#lib/services/sagas/send-waiting-commands.ts";

/** How often the loop looks for batches, and for commands that nobody answered. */
const BEAT_MS = 1_000;

/** What the loop runs on; the times are shortened by tests. */
export interface CommandLoop extends Omit<SendingCtx, "signal"> {
  readonly beatMs?: number;
}

/**
 * sendSagaCommands gives the commands of batches their turn while its lease holds, and gives up those that expired and
 * were not answered. What waits stands in the database, so any worker goes on where another one ended. Throws
 * LeaseLostError, DatabaseUnreachableError.
 */
export async function sendSagaCommands(loop: CommandLoop, lease: Lease, signal: AbortSignal): Promise<void> {
  const { beatMs = BEAT_MS, ...ctx } = loop;
  while (!signal.aborted) {
    await giveUpCommands({ ...ctx, guard: (tx) => tx.leases.guard(lease) });
    const decided = await sendWaitingCommands({ ...ctx, signal });
    if (decided === 0) await pause(beatMs, signal);
  }
}
