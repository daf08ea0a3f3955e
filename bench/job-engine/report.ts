import { cpus } from "node:os";
import type { Measured } from "./run.ts";
import { FLAT, growthOf, PARTITIONS, type JobTimes, type Shape } from "./shape.ts";

/** report writes what was measured as Markdown. */
export function report(measured: Measured, shape: Shape, on: { date: string; command: string }): string {
  const { redrive, replay, indexedPerSecond } = measured;
  return [
    "# The engine of copy jobs",
    "",
    `Written by \`${on.command}\` on ${on.date}, Node ${process.version}, Apache Kafka 4.3.1, PostgreSQL 18.4, ${cpus().length} cores.`,
    "",
    "The worker as it is shipped, in a process of its own, beside the broker and the database that it works on; jobs are",
    "asked for and started by the services that the console uses. Times end when the job's row says so.",
    "",
    `A redrive of ${n(shape.letters)} dead letters of 0.9 kB on ${PARTITIONS} partitions to the group's own way in: each has a row in the index and in the`,
    "plan, a claim, and a place in the target; nobody reads the target. The replay copies a range of",
    `${n(shape.small)} records of 100 bytes onto another topic: it has no rows, and its claims are ranges.`,
    ...(indexedPerSecond === null
      ? []
      : [`The index of the dead letters was written before, ${n(indexedPerSecond)} of them a second.`]),
    "",
    "| job | records | ordered/s | planned/s | claimed/s | sent/s | all of it, s |",
    "|---|---|---|---|---|---|---|",
    ...(redrive === null ? [] : [row("redrive", redrive)]),
    ...(replay === null ? [] : [row("replay", replay)]),
    "",
    "Memory of the worker, resident, every 5 s from the question to the last copy:",
    "",
    "| job | samples | first half, highest | second half, highest | growth |",
    "|---|---|---|---|---|",
    ...(redrive === null ? [] : [memoryRow("redrive", redrive)]),
    ...(replay === null ? [] : [memoryRow("replay", replay)]),
    "",
    `Flat is a growth of ${FLAT} at most.`,
    "",
  ].join("\n");
}

function row(name: string, { records, frozenMs, plannedMs, claimedMs, sentMs }: JobTimes): string {
  const rate = (ms: number): string => n(records / (ms / 1_000));
  const byRows = name === "redrive" ? [rate(frozenMs), rate(plannedMs), rate(claimedMs)] : ["-", "-", "-"];
  const allMs = frozenMs + plannedMs + claimedMs + sentMs;
  return `| ${[name, n(records), ...byRows, `**${rate(sentMs)}**`, (allMs / 1_000).toFixed(1)].join(" | ")} |`;
}

function memoryRow(name: string, { samples }: JobTimes): string {
  const last = samples.at(-1)?.atMs ?? 0;
  const highest = (second: boolean): string =>
    `${n(Math.max(...samples.filter(({ atMs }) => atMs >= last / 2 === second).map(({ rssMb }) => rssMb)))} MB`;
  return `| ${[name, samples.length, highest(false), highest(true), growthOf(samples).toFixed(2)].join(" | ")} |`;
}

/** A whole number with separators. */
function n(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
