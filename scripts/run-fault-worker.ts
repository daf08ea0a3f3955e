/**
 * `npm run test:fault:worker`: two workers on real servers with the real lease of 15 s; the one that sweeps is killed
 * or stopped for three lease times, in turn. Counts the stored samples and keeps the table in
 * docs/proof/worker-takeover.md.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LEASE_TIMES } from "#lib/domain/clusters/lease.ts";
import { SWEEP_BEAT_MS } from "#lib/domain/time/sweep-beat.ts";
import { startKafka } from "#stack/kafka.ts";
import { startPostgres } from "#stack/postgres.ts";
import { runTakeovers, type TakeoverResult, type Turn } from "#test/fault/worker/takeover.ts";

const ROOT = join(import.meta.dirname, "..");
const DIR = join(ROOT, ".sluice", "fault-worker-long");
const PROOF = join(ROOT, "docs", "proof", "worker-takeover.md");
const TURNS: readonly Turn[] = ["kill", "stop", "kill", "stop"];
const GAP_LIMIT_MS = 30_000;

function document({ samples, takeovers, handovers, twice, greatestGapMs }: TakeoverResult): string {
  return `# Two workers, one taken away

Written by \`npm run test:fault:worker\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, Apache Kafka 4.3.1, PostgreSQL 18.4.

Two worker processes share one cluster with a lease of ${LEASE_TIMES.ttlMs / 1000} s and a sweep every ${SWEEP_BEAT_MS / 1000} s. The one that sweeps is, in turn: ${TURNS.join(", ")}. \`kill\` is SIGKILL, \`stop\` is SIGSTOP for three lease times and then SIGCONT, so that the stopped worker wakes in the middle of what it did.

| stored samples | takeovers | changes of the writer | samples written twice | greatest gap |
|---|---|---|---|---|
| ${samples} | ${takeovers} | ${handovers} | ${twice} | ${(greatestGapMs / 1000).toFixed(1)} s |
`;
}

await mkdir(DIR, { recursive: true });
const postgres = await startPostgres({ dir: join(DIR, "postgres"), fresh: true });
const kafka = await startKafka({ dir: join(DIR, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true });
try {
  const result = await runTakeovers(
    { kafkaBrokers: kafka.brokers, databaseUrl: postgres.url },
    { leaseTimes: LEASE_TIMES, beatMs: SWEEP_BEAT_MS, turns: TURNS },
  );
  await writeFile(PROOF, document(result));
  const { handovers, takeovers, twice, greatestGapMs } = result;
  const kept = handovers === takeovers && twice === 0 && greatestGapMs <= GAP_LIMIT_MS;
  console.log(`${JSON.stringify(result)}: ${kept ? "kept" : "BROKEN"}`);
  process.exitCode = kept ? 0 : 1;
} finally {
  await kafka.stop();
  await postgres.stop();
}
