/**
 * How fast the whole engine of copy jobs is, and whether its memory is flat: `node bench/job-engine/main.ts [--scale 1]
 * [--letters 1000000] [--small 10000000] [--profile DIR] [--out FILE]`. A redrive of dead letters and a replay of a range
 * run through planner, claims and sender of a real worker process. Prints the tables, and writes them to
 * docs/proof/job-engine.md when the size is the full one, or to FILE. Fails when the memory of the replay grows. Needs
 * 12 GB of disk.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { report } from "./report.ts";
import { runJobs } from "./run.ts";
import { FLAT, FULL, growthOf, type Shape } from "./shape.ts";

const PROOF = join(import.meta.dirname, "..", "..", "docs", "proof", "job-engine.md");

const { values } = parseArgs({
  options: {
    // A share of the full size, such as 0.1.
    scale: { type: "string", default: "1" },
    letters: { type: "string" },
    small: { type: "string" },
    profile: { type: "string" },
    out: { type: "string" },
  },
});

const scaled = (full: number, given: string | undefined): number =>
  given === undefined ? Math.round(full * Number(values.scale)) : Number(given);
const shape: Shape = {
  letters: scaled(FULL.letters, values.letters),
  small: scaled(FULL.small, values.small),
};
const say = (line: string): void => console.error(line);
const measured = await runJobs({ shape, say, profileDir: values.profile });
const command = `node bench/job-engine/main.ts ${process.argv.slice(2).join(" ")}`.trim();
const text = report(measured, shape, { date: new Date().toISOString().slice(0, 10), command });
console.log(text);
const isFull = shape.letters === FULL.letters && shape.small === FULL.small;
const out = values.out ?? (isFull ? PROOF : undefined);
if (out !== undefined) await writeFile(out, text);

const growth = measured.replay === null ? null : growthOf(measured.replay.samples);
// Of a short run there are too few samples to judge by.
if (growth !== null && isFull && !(growth <= FLAT)) {
  console.error(`The memory of the replay grew by ${growth.toFixed(2)}.`);
  process.exitCode = 1;
}
