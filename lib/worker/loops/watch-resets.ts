import type { Lease } from "#lib/domain/clusters/lease.ts";
import { lookAfterResets, type LookCtx } from "#lib/services/offset-resets/look-after-resets.ts";
import { pause } from "#lib/services/pause.ts";

/** How often open resets are looked after. */
const BEAT_MS = 2_000;

/** What the loop runs on; the beat is shortened by tests. */
export interface ResetLoop extends Pick<LookCtx, "db" | "kafka" | "now" | "log"> {
  readonly beatMs?: number;
}

/**
 * watchResets looks after offset resets while its lease holds: it reads their commits again for half a minute, and
 * settles what a crash left in the middle. What is open stands in the database, so any worker goes on where another
 * one ended. Throws LeaseLostError, DatabaseUnreachableError.
 */
export async function watchResets(loop: ResetLoop, lease: Lease, signal: AbortSignal): Promise<void> {
  const { beatMs = BEAT_MS, ...ctx } = loop;
  while (!signal.aborted) {
    await lookAfterResets({ ...ctx, signal, guard: (tx) => tx.leases.guard(lease) });
    await pause(beatMs, signal);
  }
}
