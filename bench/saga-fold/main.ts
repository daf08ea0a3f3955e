/**
 * `node bench/saga-fold/main.ts [--events 400000] [--rounds 3]`: how many events of a choreography the worker folds a
 * second, by their headers, from a broker into PostgreSQL, both its own. Each round is a process of its own on an empty
 * database. Writes docs/proof/saga-fold.md.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { machineSentence, medianOf, playRound, say, thousands, withServers } from "../rounds.ts";
import { load } from "./load.ts";
import type { Round } from "./run.ts";
import { EVENTS_EACH, PARTITIONS, RECORD_BYTES } from "./shape.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const ENTRY = join(import.meta.dirname, "run.ts");
const { values } = parseArgs({
  options: { events: { type: "string", default: "400000" }, rounds: { type: "string", default: "3" } },
});
const instances = Math.floor(Number(values.events) / EVENTS_EACH);
const events = instances * EVENTS_EACH;

const rateOf = (ms: number): number => Math.round((events / ms) * 1_000);
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

await withServers("saga-fold", async (servers) => {
  say(`writing ${events} events`);
  await load(servers.brokers, instances);
  const rounds: Round[] = [];
  for (let n = 0; n < Number(values.rounds); n++) {
    const round = await playRound<Round>(servers, { entry: ENTRY, count: events });
    say(
      `round ${n + 1}: ${thousands(rateOf(round.ms))} events/s, ${(round.cpuMs / 1_000).toFixed(1)} s of CPU`,
    );
    if (round.instances !== instances || round.completed !== instances)
      throw new Error(`${round.completed} completed of ${round.instances}, ${instances} were written`);
    rounds.push(round);
  }
  const report = `# Folding choreographies

${machineSentence(`node bench/saga-fold/main.ts --events ${events} --rounds ${values.rounds}`)}

${thousands(events)} events of ${thousands(instances)} instances, ${EVENTS_EACH} each on as many topics of ${PARTITIONS} partitions, ${thousands(RECORD_BYTES)} bytes a record (key, value and the kit's headers), are read from the beginning into an empty database: from the start of the worker's loop until the position of each partition is stored at its end. Each round is a process of its own, and ends with every instance completed.

**Median: ${thousands(medianOf(rounds.map(({ ms }) => rateOf(ms))))} events/s.** The aim is 20,000 on one core; a second of the worker's own CPU folds ${thousands(medianOf(rounds.map(({ cpuMs }) => rateOf(cpuMs))))}.

${tableOf(rounds)}
`;
  await writeFile(join(ROOT, "docs", "proof", "saga-fold.md"), report);
  console.log(`\n${report}`);
});
