import { cpus } from "node:os";
import type { Round } from "./peer.ts";
import { PEERS, type Peer, type Result } from "./run.ts";
import type { Shape } from "./shape.ts";

const NAMES: Readonly<Record<Peer, string>> = {
  sluice: "Sluice",
  java: "Java AdminClient",
  kafkajs: "kafkajs admin, 10 at a time",
};

/** The median of numbers; the lower one of two. */
function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

/** report writes the table of a run as Markdown. */
export function report(
  results: readonly Result[],
  shape: Shape,
  on: { date: string; command: string },
): string {
  const partitions = shape.topics * shape.partitionsPerTopic;
  const commits = shape.groups * shape.topicsPerGroup * shape.partitionsPerTopic;
  const size = `${n(partitions)} partitions (${n(shape.topics)} topics), ${n(shape.groups)} groups, ${n(commits)} commits`;
  return [
    "# What a sweep costs",
    "",
    `Written by \`${on.command}\` on ${on.date}, Node ${process.version}, Apache Kafka 4.3.1, ${cpus().length} cores.`,
    "",
    `The cluster: ${size}.`,
    "",
    "A sweep reads the groups, all their commits and all end offsets. Each client is a process of its own that lives",
    "through the run; they sweep in turn, so that all of them meet the same machine. The first round of each is cold",
    "(connections, metadata, JIT); the figures are medians of the warm ones, the range in brackets. Brokers and clients",
    "share the machine. The Java client is given the partitions before the first round; the other two look them up. CPU",
    "is the client's alone. A kafkajs call that fails is made again, within the round.",
    "",
    "| brokers | client | requests a sweep | warm ms | cold ms | CPU ms | memory MB | rounds |",
    "|---|---|---|---|---|---|---|---|",
    ...results.flatMap(({ brokers, rounds }) => PEERS.map((peer) => row(brokers, peer, rounds[peer]))),
    "",
    ...results.map(verdict),
    "",
  ].join("\n");
}

function row(brokers: number, peer: Peer, [cold, ...warm]: readonly Round[]): string {
  const of = (key: keyof Round): number => median(warm.map((each) => each[key]));
  const walls = warm.map((each) => each.wallMs);
  const range = `${n(Math.min(...walls))}-${n(Math.max(...walls))}`;
  const cells = [
    ...[brokers, NAMES[peer], n(of("requests")), `**${n(of("wallMs"))}** (${range})`],
    ...[n(cold?.wallMs ?? Number.NaN), n(of("cpuMs")), n(of("rssMb")), warm.length],
  ];
  return `| ${cells.join(" | ")} |`;
}

function verdict({ brokers, rounds }: Result): string {
  const warm = (peer: Peer): number => median(rounds[peer].slice(1).map((each) => each.wallMs));
  const times = (peer: Peer): string => (warm(peer) / warm("sluice")).toFixed(1);
  const where = brokers === 1 ? "one broker" : `${brokers} brokers`;
  return `- On ${where} a warm sweep takes ${n(warm("sluice"))} ms: ${times("kafkajs")} times ahead of kafkajs, ${times("java")} times the Java client's speed.`;
}

/** A whole number with separators. */
function n(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}
