import { execFile } from "node:child_process";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { Admin } from "@platformatic/kafka";
import { openKafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { startKafka } from "#stack/kafka.ts";
import type { CopyAsked, Peer, Round, Shape } from "./shape.ts";

/** How a run goes. */
export interface RunOptions {
  shape: Shape;
  peers: readonly Peer[];
  rounds: number;
  say: (line: string) => void;
}

/** Every measured round of every client. */
export type Rounds = Partial<Record<Peer, Round[]>>;

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..", "..");
const DIR = join(ROOT, ".sluice", "bench-copy");
const SOURCE = "bench.copy.source";
const LOAD = join(import.meta.dirname, "..", "scan", "ScanLoad.java");

/**
 * runCopies starts a broker, writes the source, and lets the clients copy it in turn, each time in a process of its own
 * and onto a new topic: one round that is not counted, then `rounds`.
 */
export async function runCopies({ shape, peers, rounds, say }: RunOptions): Promise<Rounds> {
  await rm(DIR, { recursive: true, force: true });
  await mkdir(DIR, { recursive: true });
  const kafka = await startKafka({ dir: DIR, cacheDir: join(ROOT, ".cache"), heapMb: 1024, onProgress: say });
  const admin = new Admin({
    ...{ clientId: "bench-load", bootstrapBrokers: kafka.brokers.split(","), retries: 10 },
  });
  try {
    await admin.createTopics({ topics: [SOURCE], partitions: shape.partitions, replicas: 1 });
    const load = ["-cp", join(kafka.jarsDir, "*"), LOAD, kafka.brokers, SOURCE];
    await run("java", [
      ...load,
      ...[shape.records, shape.partitions, shape.records].map(String),
      "none",
      "x",
    ]);
    say("the source is written");
    const measured: Rounds = {};
    for (let round = 0; round <= rounds; round += 1) {
      for (const peer of peers) {
        const names = {
          source: SOURCE,
          target: `bench.copy.${peer}.${round}`,
          ledger: `bench.ledger.${peer}.${round}`,
        };
        const asked: CopyAsked = { ...shape, ...names, brokers: kafka.brokers };
        await admin.createTopics({ topics: [asked.target], partitions: shape.partitions, replicas: 1 });
        await admin.createTopics({ topics: [asked.ledger], partitions: 1, replicas: 1 });
        const took = await copyOnce(peer, asked);
        say(
          `${round} ${peer}: ${Math.round(took.records / (took.wallMs / 1000))} records/s, p50 ${took.p50Ms.toFixed(1)} ms`,
        );
        if (round > 0) (measured[peer] ??= []).push(took);
        await admin.deleteTopics({ topics: [asked.target, asked.ledger] });
      }
    }
    return measured;
  } finally {
    await admin.close();
    await kafka.stop();
    await rm(DIR, { recursive: true, force: true });
  }
}

async function copyOnce(peer: Peer, asked: CopyAsked): Promise<Round> {
  const args = [join(import.meta.dirname, "main.ts"), "--peer", peer, "--asked", JSON.stringify(asked)];
  const { stdout } = await run(process.execPath, args);
  const round = JSON.parse(stdout) as Round;
  const committed = await countCommitted(asked);
  // A client that leaves something out, or writes it twice, is no peer.
  if (committed !== asked.records) throw new Error(`${peer} copied ${committed} of ${asked.records} records`);
  return round;
}

async function countCommitted({ brokers, target }: CopyAsked): Promise<number> {
  const cluster = openKafkaCluster({
    ...{ bootstrap: brokers.split(","), clientId: "bench-check", tls: null, sasl: null, now: Date.now },
  });
  const signal = AbortSignal.timeout(120_000);
  try {
    const { partitions } = await cluster.reader.offsets([target], signal);
    const outcomes = await cluster.reader.read(partitions, { signal, onBatch: () => undefined });
    return outcomes.reduce((sum, { records }) => sum + records, 0);
  } finally {
    await cluster.close();
  }
}
