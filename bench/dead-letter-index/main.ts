/**
 * `node bench/dead-letter-index/main.ts [--records 400000] [--rounds 3]`: how many dead letters of 1 kB with the kit's
 * headers the worker indexes a second, from a broker into PostgreSQL, both its own. Each round is a process of its own
 * on an empty database; durable commits are on. Writes docs/proof/dead-letter-index.md.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { machineSentence, medianOf, playRound, say, thousands, withServers } from "../rounds.ts";
import { load } from "./load.ts";
import type { Round } from "./run.ts";
import { KEYS, PARTITIONS, RECORD_BYTES } from "./shape.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const ENTRY = join(import.meta.dirname, "run.ts");
const { values } = parseArgs({
  options: { records: { type: "string", default: "400000" }, rounds: { type: "string", default: "3" } },
});
const count = Number(values.records);

const rateOf = ({ ms }: Round): number => Math.round((count / ms) * 1_000);
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

await withServers("dead-letter-index", async (servers) => {
  say(`writing ${count} dead letters`);
  await load(servers.brokers, count);
  const rounds: Round[] = [];
  for (let n = 0; n < Number(values.rounds); n++) {
    const round = await playRound<Round>(servers, { entry: ENTRY, count });
    say(`round ${n + 1}: ${thousands(rateOf(round))} records/s`);
    if (round.rows !== count || round.counted !== count)
      throw new Error(`${round.rows} rows, ${count} records`);
    rounds.push(round);
  }
  const report = `# Indexing dead letters

${machineSentence(`node bench/dead-letter-index/main.ts --records ${count} --rounds ${values.rounds}`)}

${thousands(count)} dead letters with the kit's 17 headers, ${thousands(RECORD_BYTES)} bytes each (key, value and headers), on ${PARTITIONS} partitions, of 5 causes and ${thousands(KEYS)} keys, each with a message of its own, are read from the beginning of the topic into an empty database: from the start of the worker's loop until all of them are counted. Each round is a process of its own, and ends with exactly one row a record.

**Median: ${thousands(medianOf(rounds.map(rateOf)))} records/s.** The least that is asked for is 20,000, the aim 50,000.

${tableOf(rounds)}
`;
  await writeFile(join(ROOT, "docs", "proof", "dead-letter-index.md"), report);
  console.log(`\n${report}`);
});
