/**
 * `node bench/pace/main.ts [--seconds 60]`: a job at 100 records a second on real servers, measured by the target's
 * timestamps: every window of 10 s, whichever second it begins at, must hold 950 to 1,050 records. Then a pause and a
 * cancel: nothing may be later than 1 s after they were answered. Prints a table and writes docs/proof/pace.md.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { auditTopics } from "#test/support/java-audit/java-audit.ts";
import { withClient } from "#test/support/template-database.ts";
import { until } from "#test/support/until.ts";
import { makeTopics, topicsOf, writeDeadLetters } from "#test/fault/jobs/dead-letters.ts";
import { JobDriver } from "#test/fault/jobs/drive-job.ts";
import { JobWorkers } from "#test/fault/jobs/job-workers.ts";
import { makeRoundDatabase, startJobServers, type JobServers } from "#test/fault/jobs/servers.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const RATE = 100;
const WINDOW_MS = 10_000;
const LATEST_MS = 1_000;
const LEASE = { ttlMs: 15_000, renewMs: 5_000, contendMs: 2_000 };

const { values } = parseArgs({ options: { seconds: { type: "string", default: "60" } } });
const seconds = Number(values.seconds);

interface Measured {
  windows: { least: number; most: number; count: number };
  pausedLateMs: number;
  cancelledLateMs: number;
  sent: number;
}

/** Timestamps of the copies in the target, ms, in order. */
async function sentAt(servers: JobServers, topic: string): Promise<number[]> {
  const [read] = await auditTopics(servers.java, [{ topic, isolation: "read_committed" }]);
  return (read?.records ?? []).map(({ timestamp }) => Number(timestamp)).sort((a, b) => a - b);
}

/** Records in each window of 10 s that begins at a whole second and ends before the pause. */
function windowsOf(times: readonly number[], endAt: number): Measured["windows"] {
  const [first = 0] = times;
  const counts: number[] = [];
  for (let from = first; from + WINDOW_MS <= endAt; from += 1_000)
    counts.push(times.filter((at) => at >= from && at < from + WINDOW_MS).length);
  return { least: Math.min(...counts), most: Math.max(...counts), count: counts.length };
}

async function measure(servers: JobServers): Promise<Measured> {
  const topics = topicsOf(`p${Date.now().toString(36)}`);
  const letters = RATE * (seconds + 30);
  const { databaseUrl, worker } = await makeRoundDatabase(servers, `pace${Date.now().toString(36)}`);
  await makeTopics(servers, topics);
  await writeDeadLetters(servers, topics, letters);
  const workers = new JobWorkers("job-part.ts", { ...worker, leaseTimes: LEASE, beatMs: 5_000 });
  const driver = new JobDriver(servers, databaseUrl);
  try {
    workers.start();
    const indexed = (): Promise<boolean> =>
      withClient(databaseUrl, async (client) => {
        const { rows } = await client.query<{ n: string }>("SELECT count(*) AS n FROM dead_letter");
        return Number(rows[0]?.n) >= letters;
      });
    await until(indexed, { limitMs: 120_000, everyMs: 500, what: "the index" });
    const planned = await driver.plan({ topic: topics.dlt, recordsPerSecond: RATE });
    await driver.start(planned);
    await until(() => workers.hits["after-commit"] > 0, { limitMs: 30_000, what: "the first copy" });
    await delay(seconds * 1_000);
    await driver.pause(planned.number);
    const pausedAt = Date.now();
    await delay(3_000);
    const atPause = await sentAt(servers, topics.wayIn);
    await driver.resume(planned.number);
    const had = workers.hits["after-commit"];
    await until(() => workers.hits["after-commit"] > had + 5, {
      limitMs: 30_000,
      what: "copies after the pause",
    });
    await driver.cancel(planned.number);
    const cancelledAt = Date.now();
    await delay(3_000);
    const all = await sentAt(servers, topics.wayIn);
    return {
      windows: windowsOf(atPause, pausedAt),
      pausedLateMs: (atPause.at(-1) ?? pausedAt) - pausedAt,
      cancelledLateMs: (all.at(-1) ?? cancelledAt) - cancelledAt,
      sent: all.length,
    };
  } finally {
    await workers.stopAll();
    await driver.close();
  }
}

const servers = await startJobServers("bench-pace");
try {
  const { windows, pausedLateMs, cancelledLateMs, sent } = await measure(servers);
  const perSecond = (count: number): string => (count / (WINDOW_MS / 1_000)).toFixed(1);
  const text = `# The pace of a job

Written by \`node bench/pace/main.ts --seconds ${seconds}\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, Apache Kafka 4.3.1, PostgreSQL 18.4.

A redrive with a brake of ${RATE} records a second, by the timestamps of its copies as Kafka's own Java consumer reads them.

| windows of 10 s | slowest | fastest | last copy after the pause was answered | after the cancel |
|---|---|---|---|---|
| ${windows.count} | ${perSecond(windows.least)}/s | ${perSecond(windows.most)}/s | ${pausedLateMs} ms | ${cancelledLateMs} ms |

${sent} records were sent in all; a negative time is before the answer.
`;
  await writeFile(join(ROOT, "docs", "proof", "pace.md"), text);
  console.log(text);
  const paced = windows.least >= RATE * 9.5 && windows.most <= RATE * 10.5;
  process.exitCode = paced && pausedLateMs <= LATEST_MS && cancelledLateMs <= LATEST_MS ? 0 : 1;
} finally {
  await servers.stop();
}
