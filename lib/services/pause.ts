import { setTimeout as delay } from "node:timers/promises";

/** pause waits `ms`, or less when the signal is aborted; it never throws. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  // An abort only cuts the wait short: the caller looks at the signal.
  await delay(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}
