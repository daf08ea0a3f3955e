import { spawn, type SpawnOptionsWithStdioTuple, type StdioPipe } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { startKafkaNodes } from "#stack/kafka-nodes.ts";
import { load } from "./load.ts";
import type { Round } from "./peer.ts";
import type { Shape } from "./shape.ts";

/** The clients that sweep, in the order of their turns. */
export const PEERS = ["sluice", "java", "kafkajs"] as const;
export type Peer = (typeof PEERS)[number];

/** Every round of every client on one cluster; the first round is cold. */
export interface Result {
  brokers: number;
  rounds: Record<Peer, Round[]>;
}

/** How a run goes. */
export interface RunOptions {
  shape: Shape;
  brokers: number;
  /** Warm rounds; kafkajs has fewer, since one of its takes as long as all of the others'. */
  rounds: number;
  slowRounds: number;
  say: (line: string) => void;
}

const MAIN = join(import.meta.dirname, "main.ts");
const CACHE = join(import.meta.dirname, "..", "..", ".cache");
const PIPES: SpawnOptionsWithStdioTuple<StdioPipe, StdioPipe, "inherit"> = {
  stdio: ["pipe", "pipe", "inherit"],
};
/** Until the broker does nothing more for what was loaded. */
const SETTLE_MS = 5_000;

/**
 * runSweeps starts brokers, loads them, and lets the clients sweep in turn, each in a process of its own that lives
 * through all rounds. Ends the processes and throws the data away.
 */
export async function runSweeps(options: RunOptions): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), "lag-sweep-"));
  const { shape, brokers, say } = options;
  const stack = await startKafkaNodes({
    ...{ dir, cacheDir: CACHE, nodes: brokers, heapMb: 512, onProgress: say },
    properties: { "offsets.topic.num.partitions": "50" },
  });
  const turns: Turn[] = [];
  try {
    say(`${brokers} brokers answer`);
    await load(stack.brokers, shape, say);
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
    for (const peer of PEERS)
      turns.push(startPeer(peer, { brokers: stack.brokers, jars: stack.jarsDir, shape }));
    const rounds: Result["rounds"] = { sluice: [], java: [], kafkajs: [] };
    for (let round = 0; round <= options.rounds; round += 1) {
      for (const turn of turns) {
        if (turn.peer === "kafkajs" && round > options.slowRounds) continue;
        const took = await turn.next();
        say(`round ${round} ${turn.peer}: ${took.wallMs.toFixed(0)} ms, ${took.requests} requests`);
        check(took, turn.peer, shape);
        rounds[turn.peer].push(took);
      }
    }
    return { brokers, rounds };
  } finally {
    await Promise.all(turns.map((turn) => turn.end()));
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

/** A client that misses something is no peer. */
function check({ groups, commits, ends }: Round, peer: Peer, shape: Shape): void {
  const partitions = shape.topics * shape.partitionsPerTopic;
  const committed = shape.groups * shape.topicsPerGroup * shape.partitionsPerTopic;
  if (groups !== shape.groups || commits !== committed || ends !== partitions)
    throw new Error(`${peer} saw ${groups} groups, ${commits} commits and ${ends} end offsets`);
}

interface Turn {
  peer: Peer;
  next(): Promise<Round>;
  end(): Promise<void>;
}

function startPeer(
  peer: Peer,
  { brokers, jars, shape }: { brokers: string; jars: string; shape: Shape },
): Turn {
  const [program, ...args] =
    peer === "java"
      ? ["java", "-cp", join(jars, "*"), join(import.meta.dirname, "LagSweep.java"), brokers]
      : [process.execPath, MAIN, "--peer", peer, "--at", brokers, "--shape", JSON.stringify(shape)];
  const child = spawn(program, args, PIPES);
  const lines = createInterface({ input: child.stdout });
  // Heard of once: a client that ends before its time fails the round that waits for it.
  const ended = once(child, "exit").then(([code]): never => {
    throw new Error(`${peer} ended with ${String(code)}`);
  });
  ended.catch(() => undefined);
  return {
    peer,
    async next() {
      const line = nextLine(lines);
      child.stdin.write("sweep\n");
      return JSON.parse(await Promise.race([line, ended])) as Round;
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

const nextLine = (lines: Interface): Promise<string> => new Promise((resolve) => lines.once("line", resolve));
