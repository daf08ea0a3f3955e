/**
 * `node bench/sagas/main.ts [--sagas 1000000] [--turns 200] [--server <url>] [--write]`: how long a list, an instance,
 * counts and definitions of own sagas take, from the service to the wire form. PostgreSQL is its own unless a server is
 * given; databases are dropped at the end. `--write` writes docs/proof/sagas.md.
 */
import { rm, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startPostgres } from "#stack/postgres.ts";
import { measureLists, type ListsMeasured } from "./lists.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const DIR = join(ROOT, ".sluice", "bench-sagas");
const { values } = parseArgs({
  options: {
    sagas: { type: "string", default: "1000000" },
    turns: { type: "string", default: "200" },
    server: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);
const ms = (value: number): string => value.toFixed(1);

function tableOf({ asked }: ListsMeasured): string {
  return [
    "| asked | p50, ms | p95, ms | most, ms | rows |",
    "|---|---:|---:|---:|---:|",
    ...asked.map(
      (each) => `| ${each.name} | ${ms(each.p50)} | ${ms(each.p95)} | ${ms(each.most)} | ${each.rows} |`,
    ),
  ].join("\n");
}

function reportOf(measured: ListsMeasured): string {
  const { sagas, bytes, fillMs } = measured;
  const figures = ["counts", "definitions with figures"];
  const lists = measured.asked.filter(({ name }) => !figures.includes(name));
  const worst = Math.max(...lists.map(({ p95 }) => p95));
  return `# Sagas of a large service

Written by \`node bench/sagas/main.ts --sagas ${sagas} --turns ${values.turns}\` on ${new Date().toISOString().slice(0, 10)}: Node ${process.version}, ${cpus().length} cores, PostgreSQL on the same machine. The load average of the last quarter of an hour was ${loadavg()[2]?.toFixed(1) ?? "unknown"}, this run included.

${sagas.toLocaleString("en")} sagas of two types in the kit's tables (${(bytes / 1e9).toFixed(1)} GB with indexes, filled in ${(fillMs / 1_000).toFixed(0)} s): 2 % running, 2 % compensating, one in a thousand parked either way, the others ended; four steps and six journal entries each. Each question goes from the service's call to the text on the wire, stuck sagas with their evidence looked up.

**Greatest p95 of a list or an instance: ${ms(worst)} ms.** Asked for is under 100 ms.

${tableOf(measured)}
`;
}

const own =
  values.server === undefined
    ? await startPostgres({ dir: DIR, fresh: true, settings: { max_wal_size: "4GB", shared_buffers: "1GB" } })
    : null;
try {
  const server = values.server ?? own?.url ?? "";
  const measured = await measureLists(server, {
    sagas: Number(values.sagas),
    turns: Number(values.turns),
    say,
  });
  const report = reportOf(measured);
  console.log(`\n${report}`);
  if (values.write) await writeFile(join(ROOT, "docs", "proof", "sagas.md"), report);
} finally {
  await own?.stop();
  if (own !== null) await rm(DIR, { recursive: true, force: true });
}
