import { mkdirSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { control, DEMO_DIR } from "#test/e2e/support/demo.ts";
import { until } from "#test/support/until.ts";

const LOCK = join(DEMO_DIR, "scenario.lock");
/** Longer than any test holds it: the lock of a run that was killed. */
const STALE_MS = 5 * 60_000;

function takeLock(): boolean {
  try {
    mkdirSync(LOCK);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    dropStaleLock();
    return false;
  }
}

function dropStaleLock(): void {
  try {
    if (Date.now() - statSync(LOCK).mtimeMs > STALE_MS) rmdirSync(LOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

/**
 * withScenario runs `during` while the demo plays a scenario, and brings back calm. The demo plays one at a time and the
 * specs run two at a time: who comes second waits, `limitMs` at most.
 */
export async function withScenario(
  name: string,
  during: () => Promise<void>,
  limitMs: number,
): Promise<void> {
  await inTurn(
    name,
    async () => {
      try {
        await control("/scenario", { name });
        await during();
      } finally {
        await control("/scenario", { name: "calm" });
      }
    },
    limitMs,
  );
}

/** inTurn runs `during` while no other spec does to the demo what scenarios do. */
export async function inTurn(name: string, during: () => Promise<void>, limitMs: number): Promise<void> {
  await until(() => Promise.resolve(takeLock()), { limitMs, everyMs: 500, what: `its turn for ${name}` });
  try {
    await during();
  } finally {
    rmdirSync(LOCK);
  }
}
