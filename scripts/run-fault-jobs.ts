/**
 * `npm run test:fault:jobs`: copy jobs under faults, on a broker and a database of its own. Plays each row until 50 of
 * its turns were played and keeps the table in docs/proof/redrive-faults.md, its rounds beside it as JSON. A round that is
 * done is not played again: an interrupted run goes on where it stopped, on another machine too. `--fresh` starts over,
 * `--quick` plays each row once with leases of 2 s and keeps its rounds to itself, `--row N` plays one row alone.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { COPY_FAILPOINTS, type CopyFailpoint } from "#lib/adapters/kafka/copy/copy-port.ts";
import { faultRows, LONG_FORM, QUICK_FORM, type FaultRow } from "#test/fault/jobs/rows.ts";
import { startJobServers } from "#test/fault/jobs/servers.ts";
import type { RoundResult } from "#test/fault/jobs/stage.ts";

const ROOT = join(import.meta.dirname, "..");
const PROOF = join(ROOT, "docs", "proof", "redrive-faults.md");
/** A round, and when it ended (ISO 8601). */
type PlayedRound = RoundResult & { playedAt: string };

const { values } = parseArgs({
  options: {
    fresh: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    row: { type: "string" },
  },
});
const form = values.quick ? QUICK_FORM : LONG_FORM;
const rows = faultRows(form);
const stateFile = values.quick
  ? join(ROOT, ".sluice", "fault-jobs-quick.json")
  : join(ROOT, "docs", "proof", "redrive-faults.json");

async function readState(): Promise<PlayedRound[]> {
  try {
    return JSON.parse(await readFile(stateFile, "utf8")) as PlayedRound[];
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

const roundsOf = (row: FaultRow): number => Math.ceil(form.hits / row.turns);
const total = (results: readonly RoundResult[], of: (result: RoundResult) => number): number =>
  results.reduce((sum, result) => sum + of(result), 0);
const taken = (results: readonly RoundResult[], at: CopyFailpoint): number =>
  total(results, (result) => result.taken[at]);

function rowOf(row: FaultRow, results: readonly RoundResult[]): string {
  const audit = (name: keyof NonNullable<RoundResult["audit"]>): number =>
    total(results, (result) => result.audit?.[name] ?? 0);
  const cells = [
    ...[row.name, results.length, results.length * row.turns],
    COPY_FAILPOINTS.map((at) => taken(results, at)).join(" "),
    ...[audit("planned"), audit("committed"), audit("uncommitted"), audit("aborted")],
    ...[audit("lost"), audit("twice"), audit("changed"), audit("outOfOrder")],
    results.every(({ faults }) => faults.length === 0) ? "kept" : "**broken**",
  ];
  return `| ${cells.join(" | ")} |`;
}

function document(results: readonly PlayedRound[]): string {
  const { letters, recordsPerSecond, leaseTimes, stopMs } = form;
  const played = rows.flatMap((row) => {
    const own = results.filter(({ name }) => name === row.name);
    return own.length === 0 ? [] : [rowOf(row, own)];
  });
  const notes = rows.flatMap(({ name, about }) => (about === undefined ? [] : [`- ${name}: ${about}`]));
  const days = results.map(({ playedAt }) => playedAt.slice(0, 10)).sort();
  const faults = results.flatMap(({ name, faults: words }) => words.map((each) => `- ${name}: ${each}`));
  return `# Copy jobs under faults

Written by \`npm run test:fault:jobs${values.quick ? " -- --quick" : ""}\`, its rounds played from ${days[0] ?? "now"} to ${days.at(-1) ?? "now"}, Node ${process.version}, Apache Kafka 4.3.1, PostgreSQL 18.4.

A round plans a redrive of ${letters} dead letters of their own value and 11 hostile ones to the group's own way in, at ${recordsPerSecond} a second, with leases of ${leaseTimes.ttlMs / 1000} s, and does the row's turns to it while it runs; a stop lasts ${stopMs / 1000} s. Then Kafka's own Java consumer reads the target in both isolations: every planned record must be there exactly once for read_committed, key, value and headers byte for byte and in their order, in the plan's order in each partition, at the offset that the console tells; and read_uncommitted must see that and the copies that the job counted as aborted, no more. Workers taken away stand in the order ${COPY_FAILPOINTS.join(", ")}.

| fault | rounds | turns | taken away | planned | committed | uncommitted | aborted | lost | twice | changed | out of order | promises |
|---|---|---|---|---|---|---|---|---|---|---|---|---|
${played.join("\n")}

Rows that do more than go on after each turn:

${notes.join("\n")}
${faults.length === 0 ? "" : `\n## Broken promises\n${faults.join("\n")}\n`}`;
}

await mkdir(join(stateFile, ".."), { recursive: true });
if (values.fresh) await rm(stateFile, { force: true });
const results = await readState();
const due = rows.flatMap((row, index) => {
  if (values.row !== undefined && Number(values.row) !== index + 1) return [];
  const done = results.filter(({ name }) => name === row.name).length;
  return Array.from({ length: Math.max(0, roundsOf(row) - done) }, () => row);
});
if (due.length > 0) {
  const servers = await startJobServers("fault-jobs-long");
  try {
    for (const row of due) {
      const result = await row.play(servers);
      results.push({ ...result, playedAt: new Date().toISOString() });
      await writeFile(stateFile, `${JSON.stringify(results, null, 2)}\n`);
      await writeFile(PROOF, document(results));
      const verdict = result.faults.length === 0 ? "kept" : `BROKEN: ${result.faults.join("; ")}`;
      console.log(`${row.name}, ${Math.round(result.durationMs / 1000)} s: ${verdict}`);
    }
  } finally {
    await servers.stop();
  }
}
await writeFile(PROOF, document(results));
const broken = total(results, ({ faults }) => faults.length);
const neverHit = COPY_FAILPOINTS.filter((at) => taken(results, at) < (values.quick ? 1 : 5));
for (const at of values.row === undefined ? neverHit : []) console.log(`failpoint ${at} was hit too rarely`);
console.log(`${results.length} rounds, ${broken} broken promises; see docs/proof/redrive-faults.md`);
process.exitCode = broken === 0 && (values.row !== undefined || neverHit.length === 0) ? 0 : 1;
