import { cpus } from "node:os";
import type { Rounds } from "./run.ts";
import { PEERS, TRANSACTION, type Peer, type Round, type Shape } from "./shape.ts";

const NAMES: Readonly<Record<Peer, string>> = {
  sluice: "Sluice, a ledger record a transaction",
  kafkajs: "kafkajs, a ledger record a message",
  "kafkajs-1000": "kafkajs, a ledger record a message",
};

/** The median of numbers; the lower one of two. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

const rateOf = ({ records, wallMs }: Round): number => records / (wallMs / 1000);

/** report writes the table of a run as Markdown. */
export function report(rounds: Rounds, shape: Shape, on: { date: string; command: string }): string {
  const measured = PEERS.filter((peer) => (rounds[peer]?.length ?? 0) > 0);
  return [
    "# How fast records are copied",
    "",
    `Written by \`${on.command}\` on ${on.date}, Node ${process.version}, Apache Kafka 4.3.1, ${cpus().length} cores.`,
    "",
    `${n(shape.records)} records of 0.9 kB (a key, four headers, a JSON value) on ${shape.partitions} partitions are copied onto a new topic,`,
    "exactly once, in transactions. Sluice is the adapter that jobs use: it checks each batch's CRC-32C, adds five headers,",
    "writes one ledger record a transaction, and checks before each end that the target is still the topic it was. kafkajs",
    "is the plain loop: read, begin, send copies and a ledger record for each, send the offsets, commit; its retries are set",
    "to 10 ms. Neither asks a database.",
    "",
    "Each client is a process of its own; they copy in turn, after one round that is not counted, and every copy is counted",
    "again by a read_committed reader. Figures are medians, the range in brackets. Broker and clients share the machine. CPU",
    "and memory (the peak) are the client's alone.",
    "",
    "| client | records a transaction | records/s | transaction p50 ms | p99 ms | CPU s | memory MB | rounds |",
    "|---|---|---|---|---|---|---|---|",
    ...measured.map((peer) => row(peer, rounds[peer] ?? [])),
    "",
    ...verdict(rounds),
    "",
  ].join("\n");
}

function row(peer: Peer, rounds: readonly Round[]): string {
  const of = (key: "cpuMs" | "rssMb" | "p50Ms" | "p99Ms"): number => median(rounds.map((each) => each[key]));
  const rates = rounds.map(rateOf);
  const cells = [
    NAMES[peer],
    n(TRANSACTION[peer]),
    `**${n(median(rates))}** (${n(Math.min(...rates))}-${n(Math.max(...rates))})`,
    of("p50Ms").toFixed(1),
    of("p99Ms").toFixed(1),
    (of("cpuMs") / 1000).toFixed(1),
    n(of("rssMb")),
    rounds.length,
  ];
  return `| ${cells.join(" | ")} |`;
}

function verdict(rounds: Rounds): string[] {
  const rate = (peer: Peer): number => median((rounds[peer] ?? []).map(rateOf));
  return PEERS.filter(
    (peer) => peer !== "sluice" && rounds[peer] !== undefined && rounds.sluice !== undefined,
  ).map(
    (peer) =>
      `- ${(rate("sluice") / rate(peer)).toFixed(2)} times kafkajs at ${n(TRANSACTION[peer])} records a transaction.`,
  );
}

/** A whole number with separators. */
function n(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
