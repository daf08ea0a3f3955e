/**
 * `node bench/lag-history/main.ts [--days 30] [--commits 10000,40000] [--server <url>]`: how much space the history of
 * 10,000 partitions takes, what a sweep and a fold cost and how long a chart waits. A day of 50 topics is swept and
 * folded by the worker's own code; its rows are then copied to all topics, groups and days. Runs on a PostgreSQL of its
 * own unless a server is given, in a database of its own which is dropped. Writes docs/proof/lag-history.md.
 */
import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Client } from "pg";
import { openDb } from "#lib/adapters/db/db.ts";
import { FOLD_AFTER_MS, keptMs, LEVEL_SHAPES, RAW_KEPT_MS } from "#lib/domain/time/history-levels.ts";
import { makeLog } from "#lib/log.ts";
import { foldDue } from "#lib/worker/loops/roll-up.ts";
import { tendSamplePartitions } from "#lib/worker/loops/sample-partitions.ts";
import { applyMigrations } from "#scripts/migrate.ts";
import { startPostgres } from "#stack/postgres.ts";
import { copyDay, SAMPLED, spaceOf, storeDay, storeOpen } from "./load.ts";
import { readCharts, writeSweeps, type Spread } from "./measure.ts";
import { ACTIVE_PERCENT, groupsFor, TOPICS, WIDTH } from "./shape.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const DIR = join(ROOT, ".sluice", "bench-lag-history");
const CLUSTER = "bench";
/** As a server for this load is set up: buffers that hold the raw hour and a half, and room for the loading. */
const SETTINGS = { max_wal_size: "4GB", shared_buffers: "1GB" };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const DAY_AT = Date.UTC(2026, 5, 1);
/** A minute before the first hour of the next day is packed: as many raw samples as a chart ever reads. */
const NOW = DAY_AT + DAY_MS + HOUR_MS + FOLD_AFTER_MS - 60_000;
/** A minute before that hour may be dropped: as many raw samples as ever lie on disk. */
const SWEPT_UNTIL = DAY_AT + DAY_MS + HOUR_MS + RAW_KEPT_MS - 60_000;
const NEVER = new AbortController().signal;

const { values } = parseArgs({
  options: {
    days: { type: "string", default: "30" },
    commits: { type: "string", default: "10000,40000" },
    server: { type: "string" },
  },
});
const days = Number(values.days);

/** What one shape measured. */
interface Measured {
  commits: number;
  space: Record<string, number>;
  write: { whole: Spread; longest: Spread };
  /** Folding of a sampled hour, minute row and day, ms a series. */
  fold: { level: string; ms: number; longest: number }[];
  reads: { name: string; spread: Spread }[];
}

const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

async function measure(serverUrl: string, commits: number): Promise<Measured> {
  const name = `sluice_bench_${randomBytes(4).toString("hex")}`;
  const server = new Client({ connectionString: serverUrl });
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).toString();
  try {
    await applyMigrations(url);
    return await measureIn(url, commits);
  } finally {
    await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await server.end();
  }
}

async function measureIn(url: string, commits: number): Promise<Measured> {
  const groups = groupsFor(commits);
  let clock = NOW;
  const now = (): number => clock;
  const log = makeLog("bench", "warn");
  const db = openDb({ url, applicationName: "bench", poolSize: 4, now, log });
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const lease = await db.leases.take({ name: "bench", holder: "bench", ttlMs: 24 * HOUR_MS });
    if (lease === null) throw new Error("a new database has no other holder");
    // The sweeps whose cost is measured lie before the day, and leave before it is folded.
    say(`${commits} commits: writing sweeps`);
    const write = await writeSweeps(db, lease, {
      cluster: CLUSTER,
      fromAt: DAY_AT - DAY_MS,
      count: 32,
      groups,
    });
    await client.query("TRUNCATE end_sample, commit_sample, cluster_sample");
    clock = DAY_AT;
    const kept = keptMs({ rawHours: 48, minuteDays: 7, tenMinuteDays: days });
    const loop = { db, now, log, kept };
    for (let at = DAY_AT; at <= SWEPT_UNTIL; at += 6 * HOUR_MS) {
      await db.transaction((tx) => tx.samplePartitions.ensure("raw", at, at + 6 * HOUR_MS));
    }
    say("storing a day of raw samples");
    await storeDay(client, DAY_AT, CLUSTER);
    say("folding it");
    clock = NOW;
    const fold = await foldTimed(loop, lease);
    await tendSamplePartitions(loop, lease);
    say("copying it");
    await copyDay(client, db, { at: DAY_AT, days: { packed: 2, minute: 7, "ten-minute": days } });
    await storeOpen(client, DAY_AT + DAY_MS, SWEPT_UNTIL, CLUSTER);
    say("vacuuming");
    await client.query("VACUUM ANALYZE");
    await client.query("CHECKPOINT");
    const space = await spaceOf(client);
    // The worst case of a chart: the last whole day is not folded to ten minutes yet.
    await client.query("UPDATE history_span SET before_at = $1 WHERE level = 'ten-minute'", [
      new Date(DAY_AT),
    ]);
    say("reading charts");
    const reads = await readCharts(db, { cluster: CLUSTER, now: NOW, groups, days, count: 200 });
    return { commits, space, write, fold, reads };
  } finally {
    await client.end();
    await db.close();
  }
}

/** Folds what is due, and tells how long each level took for each row's time. */
async function foldTimed(
  loop: Parameters<typeof foldDue>[0],
  lease: Parameters<typeof foldDue>[1],
): Promise<Measured["fold"]> {
  const took = new Map<string, { ms: number; longest: number }>();
  const timed: typeof loop = {
    ...loop,
    db: {
      rollUps: loop.db.rollUps,
      async transaction(work, options) {
        let level: string | undefined;
        const startedAt = performance.now();
        const answer = await loop.db.transaction(
          (tx) =>
            work({
              ...tx,
              rollUps: {
                ...tx.rollUps,
                fold: (batch) => {
                  level = batch.level;
                  return tx.rollUps.fold(batch);
                },
              },
            }),
          options,
        );
        if (level === undefined) return answer;
        const ms = performance.now() - startedAt;
        const before = took.get(level) ?? { ms: 0, longest: 0 };
        took.set(level, { ms: before.ms + ms, longest: Math.max(before.longest, ms) });
        return answer;
      },
    },
  };
  await foldDue(timed, lease, NEVER);
  return [...took].map(([level, each]) => ({ level, ...each }));
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`;
const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`;

function tableOf({ commits, space, write, fold, reads }: Measured): string {
  const total = Object.values(space).reduce((sum, bytes) => sum + bytes, 0);
  const tenMinute = (space["ends, ten-minute"] ?? 0) + (space["commits, ten-minute"] ?? 0);
  const yearAndMore = total - tenMinute + (tenMinute / days) * 400;
  const scale = TOPICS / SAMPLED;
  const lines = [
    `## ${commits.toLocaleString("en")} commits: ${groupsFor(commits).toLocaleString("en")} groups on 20 partitions each`,
    "",
    "| space | |",
    "|---|---:|",
    ...Object.entries(space).map(([part, bytes]) => `| ${part} | ${megabytes(bytes)} |`),
    `| **${days} days in all** | **${gigabytes(total)}** |`,
    `| 400 days (ten-minute rows times ${(400 / days).toFixed(1)}: extrapolated) | ${gigabytes(yearAndMore)} |`,
    "",
    "| time | p50 | p95 | most |",
    "|---|---:|---:|---:|",
    ...[
      { name: "writing a sweep, in all", spread: write.whole },
      { name: "the longest transaction of a sweep", spread: write.longest },
      ...reads,
    ].map(({ name, spread }) => `| ${name} | ${ms(spread.p50)} | ${ms(spread.p95)} | ${ms(spread.most)} |`),
    "",
    `| folding, ${SAMPLED} topics measured | a day of them | longest transaction | all ${TOPICS} topics, a day (times ${scale}) |`,
    "|---|---:|---:|---:|",
    ...fold.map(
      (each) =>
        `| ${each.level} (a row is ${LEVEL_SHAPES[each.level as "packed"].rowMs / HOUR_MS} h) | ${ms(each.ms)} | ${ms(each.longest)} | ${((each.ms * scale) / 1000).toFixed(0)} s |`,
    ),
  ];
  return lines.join("\n");
}

async function serverFacts(url: string): Promise<string> {
  const client = new Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ version: string; buffers: string; lz4: boolean }>(
    `SELECT current_setting('server_version') AS version, current_setting('shared_buffers') AS buffers,
       (SELECT enumvals @> ARRAY['lz4'] FROM pg_settings WHERE name = 'default_toast_compression') AS lz4`,
  );
  await client.end();
  const { version, buffers, lz4 } = rows[0]!;
  return `PostgreSQL ${version.split(" ")[0]}, shared_buffers ${buffers}, compressed by ${lz4 ? "lz4" : "pglz (the server was built without lz4)"}`;
}

const own =
  values.server === undefined ? await startPostgres({ dir: DIR, fresh: true, settings: SETTINGS }) : null;
const serverUrl = values.server ?? own?.url ?? "";
try {
  const facts = await serverFacts(serverUrl);
  const tables: string[] = [];
  for (const commits of values.commits.split(",").map(Number)) {
    const table = tableOf(await measure(serverUrl, commits));
    console.log(`\n${table}\n`);
    tables.push(table);
  }
  const text = `# The space and the speed of the history

Written by \`node bench/lag-history/main.ts --days ${days} --commits ${values.commits}\` on ${new Date().toISOString().slice(0, 10)}: ${facts}, Node ${process.version}, ${cpus().length} cores. The load average of the last quarter of an hour was ${loadavg()[2]?.toFixed(0) ?? "unknown"}, this run included: above the number of cores, times are worth what that leaves of the machine. Sizes do not depend on it.

The shape is ${TOPICS.toLocaleString("en")} topics of ${WIDTH} partitions, ${ACTIVE_PERCENT} % of which move at rates of their own from 1 to 3,000 records a sweep, swept every 10 s: raw for 48 hours, a sample a minute for 7 days, a sample each ten minutes for ${days} days. Every sweep of a day of ${SAMPLED} topics and the groups that read them was stored and then folded by the worker's own code; the folded rows were copied to the other topics, groups and days (a copied value keeps its compressed form), and all of it lies on disk when it is measured, ${Math.round((SWEPT_UNTIL - DAY_AT - DAY_MS) / 60_000)} minutes of raw samples of everything included, which is as much as ever lies there. Charts ask for 500 points, from the call of the store to the reduced answer, while the last whole day is not folded to ten minutes yet and ${Math.round((NOW - DAY_AT - DAY_MS) / 60_000)} minutes are not folded at all, the most that ever wait.

${tables.join("\n\n")}
`;
  await writeFile(join(ROOT, "docs", "proof", "lag-history.md"), text);
} finally {
  await own?.stop();
  if (own !== null) await rm(DIR, { recursive: true, force: true });
}
