import { cpus } from "node:os";
import type { Round } from "./peer.ts";
import { PEERS, type Peer, type Result } from "./run.ts";
import type { Shape } from "./shape.ts";

const NAMES: Readonly<Record<Peer, string>> = {
  kcat: "kcat (no filter)",
  sluice: "Sluice",
  kafkajs: "kafkajs `eachBatch`",
  java: "Java `ConsumerPerformance` (no filter)",
};

/** The median of numbers; the lower one of two. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

const rateOf = ({ records, wallMs }: Round): number => records / (wallMs / 1000);

/** report writes the table of a run as Markdown. */
export function report(
  results: readonly Result[],
  shape: Shape,
  on: { date: string; command: string },
): string {
  return [
    "# How fast records are read",
    "",
    `Written by \`${on.command}\` on ${on.date}, Node ${process.version}, Apache Kafka 4.3.1, ${cpus().length} cores.`,
    "",
    `${n(shape.records)} records of 0.9 kB (a key, four headers, a JSON value) on ${shape.partitions} partitions, written in`,
    "transactions of 5,000, each fiftieth of which is followed by one that is aborted. All clients read committed records",
    `alone. The JavaScript clients look for bytes that stand in one record in ${n(shape.oneIn)} and must find each of them, and`,
    "no aborted one. Sluice checks every CRC-32C.",
    "",
    "Each client is a process of its own; they read in turn, after one round that is not counted. Figures are medians, the",
    "range in brackets. Broker and clients share the machine. kcat's clock is its process's; kafkajs's and Java's start when",
    "they have joined their group. CPU and memory (the peak) are the client's alone.",
    "",
    "| batches | client | records/s | CPU s | memory MB | rounds |",
    "|---|---|---|---|---|---|",
    ...results.flatMap((result) =>
      PEERS.filter((peer) => result.rounds[peer].length > 0).map((peer) => row(result, peer)),
    ),
    "",
    ...results.flatMap(verdict),
    "",
  ].join("\n");
}

function row({ compression, rounds }: Result, peer: Peer): string {
  const of = (key: "cpuMs" | "rssMb"): number => median(rounds[peer].map((each) => each[key]));
  const rates = rounds[peer].map(rateOf);
  const range = `${n(Math.min(...rates))}-${n(Math.max(...rates))}`;
  const cpu = (of("cpuMs") / 1000).toFixed(1);
  const cells = [
    compression,
    NAMES[peer],
    `**${n(median(rates))}** (${range})`,
    cpu,
    n(of("rssMb")),
    rates.length,
  ];
  return `| ${cells.join(" | ")} |`;
}

function verdict({ compression, rounds, sharing }: Result): string[] {
  const rate = (peer: Peer): number => median(rounds[peer].map(rateOf));
  const times = PEERS.filter((peer) => peer !== "sluice" && rounds[peer].length > 0).map(
    (peer) => `${(rate("sluice") / rate(peer)).toFixed(2)} of ${NAMES[peer].split(" ")[0]}'s rate`,
  );
  const least = Math.min(...sharing.records);
  const most = Math.max(...sharing.records);
  return [
    `- ${compression}: ${times.join(", ")}.`,
    `- ${compression}, ten scans at once in one thread: when the first had ended, the slowest had read ${((100 * least) / most).toFixed(0)} % of its records; all ended after ${(sharing.wallMs / 1000).toFixed(0)} s.`,
  ];
}

/** A whole number with separators. */
function n(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
