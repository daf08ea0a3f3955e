/** The worker's process: `node lib/worker/main.ts`. Ends in good order on SIGTERM or SIGINT; a second one ends it at once. */
import { ConfigError } from "#lib/config-error.ts";
import { runtime } from "#lib/runtime.ts";
import { reasonOf } from "#lib/worker/keep-lease.ts";
import { runWorker } from "#lib/worker/run-worker.ts";

const STOP_LIMIT_MS = 10_000;

async function main(): Promise<void> {
  const { log, ...rest } = runtime();
  const ended = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (ended.signal.aborted) process.exit(1);
      log.info({ signal }, "the worker stops");
      ended.abort();
      setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
    });
  }
  // What a client throws from a timer of its own must not end the sweeps of the other clusters.
  process.on("unhandledRejection", (error) =>
    log.error({ reason: reasonOf(error) }, "a promise was left to fail"),
  );
  log.info({ clusters: rest.config.clusters.map((cluster) => cluster.id) }, "the worker starts");
  await runWorker({ log, ...rest }, { signal: ended.signal });
  await rest.close();
  log.info({}, "the worker has stopped");
}

try {
  runtime();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
await main();
