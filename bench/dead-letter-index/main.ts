/**
 * `node bench/dead-letter-index/main.ts [--records 400000] [--rounds 3]`: how many dead letters of 1 kB with the kit's
 * headers the worker indexes a second, from a broker into PostgreSQL, both its own. Each round is a process of its own
 * on an empty database; durable commits are on. Writes docs/proof/dead-letter-index.md.
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
import { KEYS, PARTITIONS, RECORD_BYTES } from "./shape.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const DIR = join(ROOT, ".sluice", "bench-dead-letter-index");
const { values } = parseArgs({
  options: { records: { type: "string", default: "400000" }, rounds: { type: "string", default: "3" } },
});
const count = Number(values.records);
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
    const settings: RoundSettings = { brokers, databaseUrl, count };
    const child = spawn(process.execPath, [join(import.meta.dirname, "run.ts")], {
      env: { ...process.env, BENCH_INDEX: JSON.stringify(settings) },
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

const rateOf = ({ ms }: Round): number => Math.round((count / ms) * 1_000);
const thousands = (value: number): string => Math.round(value).toLocaleString("en");

function tableOf(rounds: readonly Round[]): string {
  const lines = rounds.map(
    (round, n) =>
      `| ${n + 1} | ${thousands(rateOf(round))} | ${(round.ms / 1_000).toFixed(1)} s | ${(round.cpuMs / 1_000).toFixed(1)} s | ${thousands(round.maxRss / 1e6)} MB | ${thousands(round.rows)} | ${thousands(round.tableBytes / round.rows)} |`,
  );
  return [
    "| round | records/s | time | CPU of the worker | its memory at most | rows | bytes a row, indexes included |",
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
  say(`writing ${count} dead letters`);
  await load(kafka.brokers, count);
  const rounds: Round[] = [];
  for (let n = 0; n < Number(values.rounds); n++) {
    const round = await runRound(kafka.brokers, postgres.url);
    say(`round ${n + 1}: ${thousands(rateOf(round))} records/s`);
    if (round.rows !== count || round.counted !== count)
      throw new Error(`${round.rows} rows, ${count} records`);
    rounds.push(round);
  }
  const sorted = rounds.map(rateOf).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const report = `# Indexing dead letters

Written by \`node bench/dead-letter-index/main.ts --records ${count} --rounds ${values.rounds}\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.version}, ${cpus().length} cores, broker, PostgreSQL and worker on the same machine. The load average of the last minute was ${loadavg()[0]?.toFixed(1) ?? "unknown"}, this run included.

${thousands(count)} dead letters with the kit's 17 headers, ${thousands(RECORD_BYTES)} bytes each (key, value and headers), on ${PARTITIONS} partitions, of 5 causes and ${thousands(KEYS)} keys, each with a message of its own, are read from the beginning of the topic into an empty database: from the start of the worker's loop until all of them are counted. Each round is a process of its own, and ends with exactly one row a record.

**Median: ${thousands(median)} records/s.** The least that is asked for is 20,000, the aim 50,000.

${tableOf(rounds)}
`;
  await writeFile(join(ROOT, "docs", "proof", "dead-letter-index.md"), report);
  console.log(`\n${report}`);
} finally {
  await kafka.stop();
  await postgres.stop();
  await rm(DIR, { recursive: true, force: true });
}
