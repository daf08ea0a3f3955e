import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Admin } from "@platformatic/kafka";
import { startKafka } from "#stack/kafka.ts";
import type { Round } from "./peer.ts";
import { COMPRESSIONS, NEEDLE, topicOf, type Compression, type Shape } from "./shape.ts";
import type { Sharing } from "./sluice-peer.ts";

/** The clients that read, in the order of their turns. */
export const PEERS = ["kcat", "sluice", "kafkajs", "java"] as const;
export type Peer = (typeof PEERS)[number];

/** Every measured round of every client on one topic; a client that is not on this machine has none. */
export interface Result {
  compression: Compression;
  rounds: Record<Peer, Round[]>;
  sharing: Sharing;
}

/** How a run goes. */
export interface RunOptions {
  shape: Shape;
  compressions: readonly Compression[];
  peers: readonly Peer[];
  rounds: number;
  /** Keeps the broker's data, and reads what an earlier run wrote. */
  keep: boolean;
  say: (line: string) => void;
}

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..", "..");
const DIR = join(ROOT, ".sluice", "bench-scan");
const MAIN = join(import.meta.dirname, "main.ts");
/** Records of a scan that a client is told of, and that it must see. */
interface Asked {
  brokers: string;
  jars: string;
  compression: Compression;
  shape: Shape;
}

/**
 * runScans starts a broker, writes the topics, and lets the clients read each of them in turn, each time in a process of
 * its own: one round that is not counted, then `rounds`.
 */
export async function runScans(options: RunOptions): Promise<Result[]> {
  const { shape, say } = options;
  if (!options.keep) await rm(DIR, { recursive: true, force: true });
  await mkdir(DIR, { recursive: true });
  const kafka = await startKafka({ dir: DIR, cacheDir: join(ROOT, ".cache"), heapMb: 1024, onProgress: say });
  try {
    const peers = options.peers.filter((each) => each !== "kcat" || isOnPath("kcat"));
    if (peers.length < options.peers.length) say("kcat is not on this machine: it is left out");
    const results: Result[] = [];
    for (const compression of options.compressions) {
      const asked: Asked = { brokers: kafka.brokers, jars: kafka.jarsDir, compression, shape };
      await load(asked, say);
      const rounds: Result["rounds"] = { kcat: [], sluice: [], kafkajs: [], java: [] };
      for (let round = 0; round <= options.rounds; round += 1) {
        for (const peer of peers) {
          const took = await scan(peer, asked);
          say(`${compression} ${round} ${peer}: ${Math.round(took.records / took.wallMs)}k records/s`);
          if (round > 0) rounds[peer].push(took);
        }
      }
      const sharing = JSON.parse(await ownProcess("sharing", asked)) as Sharing;
      say(`${compression} ten scans: ${sharing.records.join(" ")}`);
      results.push({ compression, rounds, sharing });
    }
    return results;
  } finally {
    await kafka.stop();
    if (!options.keep) await rm(DIR, { recursive: true, force: true });
  }
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? "").split(":").some((dir) => {
    try {
      return readFileSync(join(dir, program)).length > 0;
    } catch {
      return false; // Not in this folder.
    }
  });
}

/** Writes the topic, unless it is there from an earlier run. */
async function load(
  { brokers, jars, compression, shape }: Asked,
  say: (line: string) => void,
): Promise<void> {
  const topic = topicOf(compression);
  const admin = new Admin({ clientId: "bench-load", bootstrapBrokers: brokers.split(","), retries: 10 });
  try {
    if ((await admin.listTopics()).includes(topic)) return;
    await admin.createTopics({ topics: [topic], partitions: shape.partitions, replicas: 1 });
  } finally {
    await admin.close();
  }
  const startedAt = performance.now();
  await run("java", [
    ...["-cp", join(jars, "*"), join(import.meta.dirname, "ScanLoad.java"), brokers, topic],
    ...[shape.records, shape.partitions, shape.oneIn].map(String),
    ...[compression, NEEDLE],
  ]);
  say(`${topic} is written in ${Math.round((performance.now() - startedAt) / 1000)} s`);
}

async function scan(peer: Peer, asked: Asked): Promise<Round> {
  const round = await scanBy[peer](asked);
  const { records, oneIn } = asked.shape;
  // A client that misses something, or is given what was aborted, is no peer.
  if (round.records !== records) throw new Error(`${peer} saw ${round.records} records`);
  if (round.hits !== null && round.hits !== Math.ceil(records / oneIn))
    throw new Error(`${peer} found ${round.hits}`);
  return round;
}

const scanBy: Record<Peer, (asked: Asked) => Promise<Round>> = {
  sluice: async (asked) => JSON.parse(await ownProcess("sluice", asked)) as Round,
  kafkajs: async (asked) => JSON.parse(await ownProcess("kafkajs", asked)) as Round,
  kcat: kcatScan,
  java: javaScan,
};

async function ownProcess(peer: string, { brokers, compression, shape }: Asked): Promise<string> {
  const args = [MAIN, "--peer", peer, "--at", brokers, "--topic", topicOf(compression)];
  const { stdout } = await run(process.execPath, [...args, "--records", String(shape.records)]);
  return stdout;
}

/** kcat writes every value to /dev/null; its last line of statistics tells what it consumed. */
async function kcatScan({ brokers, compression, shape }: Asked): Promise<Round> {
  const args = ["-C", "-b", brokers, "-t", topicOf(compression), "-o", "beginning", "-e", "-q"];
  const took = await watched("kcat", [...args, "-X", "isolation.level=read_committed"]);
  return { ...took, records: shape.records, hits: null };
}

/** Kafka's own ConsumerPerformance: its clock is the process's, less the time that joining a group takes. */
async function javaScan({ brokers, jars, compression, shape }: Asked): Promise<Round> {
  const took = await watched("java", [
    ...["-cp", join(jars, "*"), "org.apache.kafka.tools.ConsumerPerformance", "--bootstrap-server", brokers],
    ...["--topic", topicOf(compression), "--messages", String(shape.records), "--hide-header"],
    ...["--command-property", "isolation.level=read_committed"],
  ]);
  // start, end, MB, MB/s, records, records/s, rebalance ms, fetch ms, ...
  const cells = took.out.trim().split(", ");
  return { ...took, records: Number(cells[4]), wallMs: Number(cells[7]), hits: null };
}

/** Runs a program and tells what it took, as the kernel counts it. */
async function watched(
  program: string,
  args: readonly string[],
): Promise<{ wallMs: number; cpuMs: number; rssMb: number; out: string }> {
  const startedAt = performance.now();
  const child = spawn(program, args, {
    stdio: ["ignore", program === "kcat" ? "ignore" : "pipe", "inherit"],
  });
  let [cpuMs, rssMb, out] = [0, 0, ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
  const timer = setInterval(() => {
    const stat = procFile(child.pid, "stat").split(") ")[1]?.split(" ");
    const peak = /VmHWM:\s+(\d+)/.exec(procFile(child.pid, "status"))?.[1];
    // Ticks of 10 ms.
    if (stat !== undefined) cpuMs = (Number(stat[11]) + Number(stat[12])) * 10;
    if (peak !== undefined) rssMb = Number(peak) / 1024;
  }, 20);
  const [code] = (await once(child, "close")) as [number | null];
  clearInterval(timer);
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}`);
  return { wallMs: performance.now() - startedAt, cpuMs, rssMb, out };
}

function procFile(pid: number | undefined, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return ""; // It has just ended.
  }
}

/** The compressions of a list, all where it is empty. */
export const compressionsOf = (list: string): Compression[] =>
  COMPRESSIONS.filter((each) => list === "" || list.split(",").includes(each));
