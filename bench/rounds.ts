import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Client } from "pg";
import { applyMigrations } from "#scripts/migrate.ts";
import { startKafka } from "#stack/kafka.ts";
import { startPostgres } from "#stack/postgres.ts";

const ROOT = join(import.meta.dirname, "..");

/** A broker and a PostgreSQL of a bench's own. */
export interface BenchServers {
  brokers: string;
  postgresUrl: string;
}

/** What a round is told beside its database. */
export interface RoundTold {
  brokers: string;
  databaseUrl: string;
  /** How many records lie in its topics. */
  count: number;
}

/** withServers starts the servers of a bench for `work`, and takes them and their data away. */
export async function withServers(
  name: string,
  work: (servers: BenchServers) => Promise<void>,
): Promise<void> {
  const dir = join(ROOT, ".sluice", `bench-${name}`);
  const kafka = await startKafka({ dir: join(dir, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true });
  const settings = { max_wal_size: "4GB" };
  const postgres = await startPostgres({ dir: join(dir, "postgres"), fresh: true, settings });
  try {
    await work({ brokers: kafka.brokers, postgresUrl: postgres.url });
  } finally {
    await kafka.stop();
    await postgres.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** playRound runs a program as a process of its own on an empty database, and answers the line of JSON it writes. */
export async function playRound<Round>(
  { brokers, postgresUrl }: BenchServers,
  { entry, count }: { entry: string; count: number },
): Promise<Round> {
  const name = `sluice_bench_${randomBytes(4).toString("hex")}`;
  const server = new Client({ connectionString: postgresUrl });
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  const databaseUrl = Object.assign(new URL(postgresUrl), { pathname: `/${name}` }).toString();
  try {
    await applyMigrations(databaseUrl);
    await server.query("CHECKPOINT");
    const told: RoundTold = { brokers, databaseUrl, count };
    const child = spawn(process.execPath, [entry], {
      env: { ...process.env, BENCH_ROUND: JSON.stringify(told) },
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

/** say tells on the console what a bench does now. */
export const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

/** thousands writes a number with separators. */
export const thousands = (value: number): string => Math.round(value).toLocaleString("en");

/** medianOf is the middle one of some numbers, 0 of none. */
export const medianOf = (all: readonly number[]): number =>
  [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;

/** machineSentence says when and on what a report was written. */
export function machineSentence(command: string): string {
  const load = loadavg()[0]?.toFixed(1) ?? "unknown";
  return `Written by \`${command}\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.version}, ${cpus().length} cores, broker, PostgreSQL and worker on the same machine. The load average of the last minute was ${load}, this run included.`;
}

/** fillerOf is what a value lacks of the bytes that a record of the bench has, key, value and headers together. */
export function fillerOf(
  recordBytes: number,
  key: string,
  headers: Readonly<Record<string, string>>,
): string {
  const all = Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
  return "x".repeat(Math.max(0, recordBytes - all - key.length - 20));
}
