import { setTimeout as delay } from "node:timers/promises";

/** How long `until` asks, and how often. */
export type UntilOptions = { limitMs: number; everyMs?: number; what?: string };

/**
 * Asks `fn` until it answers something other than undefined, null or false, and answers that. Throws after `limitMs`
 * and then names `what` was waited for; a throw of `fn` counts as "not yet" and is the cause of that error.
 */
export async function until<T>(
  fn: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  { limitMs, everyMs = 50, what = "the condition" }: UntilOptions,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await fn();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) throw new Error(`${what}: not within ${limitMs} ms`, { cause });
    await delay(everyMs);
  }
}
