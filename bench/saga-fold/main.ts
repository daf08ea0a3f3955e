/**
 * `node bench/saga-fold/main.ts [--events 400000] [--rounds 3]`: how many events of a choreography the worker folds a
 * second, by their headers, from a broker into PostgreSQL, both its own. Each round is a process of its own on an empty
 * database. Writes docs/proof/saga-fold.md.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rm, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { Client } from "pg";
import { applyMigrations } from "#scripts/migrate.ts";
import { startKafka } from "#stack/kafka.ts";
import { startPostgres } from "#stack/postgres.ts";
import { load } from "./load.ts";
import type { Round, RoundSettings } from "./run.ts";
import { EVENTS_EACH, PARTITIONS, RECORD_BYTES } from "./shape.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const DIR = join(ROOT, ".sluice", "bench-saga-fold");
const { values } = parseArgs({
  options: { events: { type: "string", default: "400000" }, rounds: { type: "string", default: "3" } },
});
const instances = Math.floor(Number(values.events) / EVENTS_EACH);
const events = instances * EVENTS_EACH;
const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

async function runRound(brokers: string, serverUrl: string): Promise<Round> {
  const name = `sluice_bench_${randomBytes(4).toString("hex")}`;
  const server = new Client({ connectionString: serverUrl });
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  const databaseUrl = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).toString();
  try {
    await applyMigrations(databaseUrl);
    await server.query("CHECKPOINT");
    const settings: RoundSettings = { brokers, databaseUrl, events };
    const child = spawn(process.execPath, [join(import.meta.dirname, "run.ts")], {
      env: { ...process.env, BENCH_FOLD: JSON.stringify(settings) },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    const answer = await text(child.stdout);
    await exited;
    return JSON.parse(answer) as Round;
  } finally {
    await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await server.end();
  }
}

const rateOf = (ms: number): number => Math.round((events / ms) * 1_000);
const thousands = (value: number): string => Math.round(value).toLocaleString("en");
const medianOf = (all: readonly number[]): number =>
  [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

function tableOf(rounds: readonly Round[]): string {
  const lines = rounds.map(
    (round, n) =>
      `| ${n + 1} | ${thousands(rateOf(round.ms))} | ${thousands(rateOf(round.cpuMs))} | ${(round.ms / 1_000).toFixed(1)} s | ${(round.cpuMs / 1_000).toFixed(1)} s | ${thousands(round.maxRss / 1e6)} MB | ${thousands(round.tableBytes / round.instances)} |`,
  );
  return [
    "| round | events/s | events/s of the worker's CPU | time | CPU of the worker | its memory at most | bytes an instance, indexes included |",
    "|---:|---:|---:|---:|---:|---:|---:|",
    ...lines,
  ].join("\n");
}

const kafka = await startKafka({ dir: join(DIR, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true });
const postgres = await startPostgres({
  dir: join(DIR, "postgres"),
  fresh: true,
  settings: { max_wal_size: "4GB" },
});
try {
  say(`writing ${events} events`);
  await load(kafka.brokers, instances);
  const rounds: Round[] = [];
  for (let n = 0; n < Number(values.rounds); n++) {
    const round = await runRound(kafka.brokers, postgres.url);
    say(
      `round ${n + 1}: ${thousands(rateOf(round.ms))} events/s, ${(round.cpuMs / 1_000).toFixed(1)} s of CPU`,
    );
    if (round.instances !== instances || round.completed !== instances)
      throw new Error(`${round.completed} completed of ${round.instances}, ${instances} were written`);
    rounds.push(round);
  }
  const report = `# Folding choreographies

Written by \`node bench/saga-fold/main.ts --events ${events} --rounds ${values.rounds}\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.version}, ${cpus().length} cores, broker, PostgreSQL and worker on the same machine. The load average of the last minute was ${loadavg()[0]?.toFixed(1) ?? "unknown"}, this run included.

${thousands(events)} events of ${thousands(instances)} instances, ${EVENTS_EACH} each on as many topics of ${PARTITIONS} partitions, ${thousands(RECORD_BYTES)} bytes a record (key, value and the kit's headers), are read from the beginning into an empty database: from the start of the worker's loop until the position of each partition is stored at its end. Each round is a process of its own, and ends with every instance completed.

**Median: ${thousands(medianOf(rounds.map(({ ms }) => rateOf(ms))))} events/s.** The aim is 20,000 on one core; a second of the worker's own CPU folds ${thousands(medianOf(rounds.map(({ cpuMs }) => rateOf(cpuMs))))}.

${tableOf(rounds)}
`;
  await writeFile(join(ROOT, "docs", "proof", "saga-fold.md"), report);
  console.log(`\n${report}`);
} finally {
  await kafka.stop();
  await postgres.stop();
  await rm(DIR, { recursive: true, force: true });
}
