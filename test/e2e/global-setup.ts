import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { until } from "#test/support/until.ts";
import { DEMO_DIR } from "#test/e2e/support/demo.ts";

const READY_LIMIT_MS = 240_000;
const STOP_LIMIT_MS = 60_000;
/** Fewer customers than by default leave the machine to the browsers; a slow consumer still falls behind at night. */
const ORDERS_PER_SECOND = "9";

/** Starts the demo as a user would, from nothing, and ends it the way Ctrl-C does. */
export default async function setUp(): Promise<() => Promise<void>> {
  mkdirSync(DEMO_DIR, { recursive: true });
  const logFile = join(DEMO_DIR, "demo.log");
  const log = openSync(logFile, "w");
  const demo = spawn("node", ["scripts/demo/main.ts", "--fresh"], {
    env: { ...process.env, SLUICE_HOME: DEMO_DIR, SHOP_ORDERS_PER_SECOND: ORDERS_PER_SECOND },
    stdio: ["ignore", log, log],
  });
  const exited = once(demo, "exit");
  await until(() => demo.exitCode !== null || existsSync(join(DEMO_DIR, "demo.json")), {
    limitMs: READY_LIMIT_MS,
    everyMs: 250,
    what: `the demo, see ${logFile}`,
  });
  if (demo.exitCode !== null) throw new Error(`The demo ended with ${demo.exitCode}, see ${logFile}`);
  return async () => {
    demo.kill("SIGTERM");
    const limit = setTimeout(() => demo.kill("SIGKILL"), STOP_LIMIT_MS);
    await exited;
    clearTimeout(limit);
    if (demo.exitCode !== 0)
      throw new Error(`The demo stopped with ${demo.exitCode ?? "a kill"}, see ${logFile}`);
  };
}
