/**
 * `npm run demo`: Kafka, PostgreSQL, the shop, the worker and the console in one go, until Ctrl-C or SIGTERM.
 * `--fresh` starts from nothing, `--scenario NAME` sets the weather, `--no-shop` leaves the shop out. KAFKA_BROKERS and
 * DATABASE_URL are used where given; SLUICE_HOME is the folder of all it keeps (`.sluice`).
 */
import { relative } from "node:path";
import { createDemo } from "./demo.ts";
import { demoHome, leaveHome, markLeaving, takeHome } from "./home.ts";
import { readOptions } from "./options.ts";
import { createProgress } from "./progress.ts";

/** A terminal and npm may deliver one Ctrl-C twice; only a later one is a second. */
const SECOND_SIGNAL_AFTER_MS = 1_000;

const stopping = new AbortController();
let firstSignalAt: number | undefined;
const askToStop = (): void => {
  if (firstSignalAt === undefined) {
    firstSignalAt = performance.now();
    console.log("\nStopping");
    stopping.abort(new Error("the demo was asked to stop"));
  } else if (performance.now() - firstSignalAt > SECOND_SIGNAL_AFTER_MS) {
    console.log("Killing what is left");
    process.exit(130);
  }
};
process.on("SIGINT", askToStop).on("SIGTERM", askToStop);
// The channel to bootstrap.mjs, where there is one, ends when that is killed.
process.once("disconnect", askToStop);

const main = async (): Promise<void> => {
  const startedAt = performance.now();
  const options = readOptions(process.argv.slice(2), process.env);
  const home = demoHome(options.home);
  const progress = createProgress((line) => console.log(line), stopping.signal);
  await takeHome(home, options.fresh);
  const demo = createDemo({ options, home, progress, signal: stopping.signal });
  try {
    const { url, secrets } = await demo.start();
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.log(`\nSluice is ready after ${seconds} s\n`);
    console.log(`  open     ${url}\n  sign in  ${secrets.email}\n  password ${secrets.password}\n`);
    console.log(`Logs are in ${relative(process.cwd(), home.dir)}/logs. Ctrl-C stops everything.`);
    await untilAborted(stopping.signal);
  } finally {
    await markLeaving(home);
    await demo.stop();
    await leaveHome(home);
  }
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

try {
  await main();
  console.log("Stopped");
} catch (error) {
  if (!stopping.signal.aborted) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
process.exit();
