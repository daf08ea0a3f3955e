import { setTimeout as delay } from "node:timers/promises";

/** How long to ask, how often, and what ends the asking early. */
export type PollLimits = { limitMs: number; everyMs?: number; signal?: AbortSignal | undefined };

/**
 * Asks `check` until it answers true and says whether it did within `limitMs`. A throw of `check` ends the asking and
 * is passed on; an aborted signal rejects with its reason.
 */
export async function poll(check: () => Promise<boolean> | boolean, limits: PollLimits): Promise<boolean> {
  const deadline = performance.now() + limits.limitMs;
  for (;;) {
    limits.signal?.throwIfAborted();
    if (await check()) return true;
    if (performance.now() >= deadline) return false;
    await delay(limits.everyMs ?? 100);
  }
}
