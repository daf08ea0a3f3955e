/**
 * `node bench/drain-eta/main.ts [--runs 3]`: a group falls behind on a real broker, its consumer gets faster, and the
 * real worker sweeps. Compares the drain time that is told when half of the lag is gone with what then happens, and each
 * time lag with the age of the record at the commit. Writes docs/proof/drain-eta.md, and the first run's trace for
 * the table test.
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { v7 } from "uuid";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { readConfig } from "#lib/config.ts";
import { makeLog } from "#lib/log.ts";
import { runWorker } from "#lib/worker/run-worker.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";
import { applyMigrations } from "#scripts/migrate.ts";
import { startKafka } from "#stack/kafka.ts";
import { startPostgres } from "#stack/postgres.ts";
import { openShop, type Shop } from "./shop.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const DIR = join(ROOT, ".sluice", "bench-drain-eta");
const TRACE = join(ROOT, "test", "unit", "lib", "domain", "groups", "drain-trace.json");
const WRITES = 60;
const SLOW = 25;
const FAST = 110;
const PEAK = 6_000;
const CLUSTER = "default";

interface Swept {
  at: number;
  lag: number;
  verdict: string;
  reason: string;
  drainsInMs: number | null;
  /** What Sluice said less the age of the record at the commit, ms; null where it said nothing. */
  timeLagErrorMs: number | null;
}

interface Run {
  sweeps: Swept[];
  peak: number;
  /** The sweep that saw half of the lag gone. */
  half: Swept;
  drainedAt: number;
}

const { values } = parseArgs({ options: { runs: { type: "string", default: "3" } } });

async function sweptOf(db: Db, shop: Shop): Promise<Swept | null> {
  const group = await db.groups.get(CLUSTER, shop.group);
  if (group === null) return null;
  const ages = group.partitions.map(({ partition, committed, end }) =>
    committed === null || end === null || committed >= end
      ? 0
      : (shop.ageOf(partition, committed, group.observedAt) ?? 0),
  );
  const truth = Math.max(0, ...ages);
  const { observedAt: at, lag, verdict, reason, drainsInMs, timeLagMs } = group;
  const timeLagErrorMs = timeLagMs === null ? null : timeLagMs - truth;
  return { at, lag: lag ?? 0, verdict, reason, drainsInMs, timeLagErrorMs };
}

async function runOnce(db: Db, brokers: string, name: string): Promise<Run> {
  const shop = await openShop(brokers, { name, writesPerSecond: WRITES, pace: SLOW });
  const sweeps: Swept[] = [];
  let drainedAt: number | null = null;
  let fast = false;
  try {
    while (drainedAt === null) {
      const swept = await sweptOf(db, shop);
      if (swept !== null && swept.at !== sweeps.at(-1)?.at) sweeps.push(swept);
      if (!fast && shop.lag() >= PEAK) {
        fast = true;
        shop.setPace(FAST);
      }
      // What is on its way at any time: a quarter of a second of writes.
      if (fast && shop.lag() <= WRITES / 4) drainedAt = Date.now();
      await delay(200);
    }
  } finally {
    await shop.stop();
  }
  const peak = Math.max(...sweeps.map(({ lag }) => lag));
  const peakAt = sweeps.findIndex(({ lag }) => lag === peak);
  const half = sweeps.slice(peakAt).find(({ lag }) => lag <= peak / 2);
  if (half === undefined) throw new Error("no sweep saw the lag at half");
  return { sweeps, peak, half, drainedAt };
}

const errorOf = ({ half, drainedAt }: Run): number =>
  half.drainsInMs === null ? Infinity : Math.abs(half.drainsInMs / (drainedAt - half.at) - 1);

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const worstTimeLag = ({ sweeps }: Run): number =>
  Math.max(...sweeps.map(({ timeLagErrorMs }) => Math.abs(timeLagErrorMs ?? 0)));

function document(runs: readonly Run[]): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  const rows = runs.map((run, index) => {
    const { half, drainedAt, peak, sweeps } = run;
    const told = ((half.drainsInMs ?? Number.NaN) / 1000).toFixed(1);
    const was = ((drainedAt - half.at) / 1000).toFixed(1);
    const behind = sweeps.find(({ verdict }) => verdict === "warn" || verdict === "stall");
    const worst = (worstTimeLag(run) / 1000).toFixed(1);
    return `| ${index + 1} | ${peak} | ${half.lag} | ${told} s | ${was} s | ${percent(errorOf(run))} | ${worst} s | ${behind?.verdict ?? "-"}: ${behind?.reason ?? "-"} |`;
  });
  return `# Drain time and time lag, told and true

Written by \`node bench/drain-eta/main.ts --runs ${runs.length}\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, Apache Kafka 4.3.1.

A producer writes ${WRITES} records a second; a consumer that commits after its work does ${SLOW} a second until ${PEAK} wait, then ${FAST}. The real worker sweeps every 10 s. "Told" is the drain time of the first sweep that saw half of the greatest lag gone, "was" the time until the producer's and the consumer's own counts were level. The time lag is held against the instant at which the producer wrote the record at the commit.

| run | greatest lag | lag at half | told | was | off by | worst time lag error | verdict while it fell behind |
|---|---|---|---|---|---|---|---|
${rows.join("\n")}

Median error of the drain time: **${percent(median(runs.map(errorOf)))}**. One sweep is 10 s.
`;
}

await mkdir(DIR, { recursive: true });
const postgres = await startPostgres({ dir: join(DIR, "postgres"), fresh: true });
const kafka = await startKafka({ dir: join(DIR, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true });
const ended = new AbortController();
const now = (): number => Date.now();
const log = makeLog("bench", "warn");
const config = readConfig({ KAFKA_BROKERS: kafka.brokers, DATABASE_URL: postgres.url });
await applyMigrations(postgres.url);
const db = openDb({ url: postgres.url, applicationName: "bench", poolSize: 4, now, log });
const bootstrap = kafka.brokers.split(",");
const cluster = openKafkaCluster({ bootstrap, clientId: "bench", tls: null, sasl: null, now });
const tools = { jobs: testJobTools(), sagas: testSagaTools() };
const runtime = { config, db, kafka: () => cluster, log, now, newId: () => v7(), ...tools };
const working = runWorker(runtime, { signal: ended.signal });
try {
  const runs: Run[] = [];
  for (let run = 1; run <= Number(values.runs); run += 1) {
    runs.push(await runOnce(db, kafka.brokers, `run${run}`));
    console.log(document(runs).split("\n").at(-4));
  }
  const [first] = runs;
  if (first !== undefined) {
    const sweeps = first.sweeps.map(({ at, lag }) => ({ at: at - first.half.at, lag }));
    const trace = { about: "bench/drain-eta, first run", drainedAt: first.drainedAt - first.half.at, sweeps };
    await writeFile(TRACE, `${JSON.stringify(trace, null, 2)}\n`);
  }
  await writeFile(join(ROOT, "docs", "proof", "drain-eta.md"), document(runs));
  console.log(document(runs));
} finally {
  ended.abort();
  await working;
  await cluster.close();
  await db.close();
  await kafka.stop();
  await postgres.stop();
  await rm(DIR, { recursive: true, force: true });
}
