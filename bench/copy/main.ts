/**
 * How fast records are copied exactly once, next to the plain loop of kafkajs: `node bench/copy/main.ts [--records
 * 400000] [--partitions 4] [--peers sluice,kafkajs,kafkajs-1000] [--rounds 3] [--out FILE]`. Prints the table, and writes
 * it to docs/proof/copy.md when the size is the full one, or to FILE. Needs 2 GB.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { report } from "./report.ts";
import { runCopies } from "./run.ts";
import { FULL, PEERS, type CopyAsked, type Peer, type Round, type Shape } from "./shape.ts";

const PROOF = join(import.meta.dirname, "..", "..", "docs", "proof", "copy.md");

const { values } = parseArgs({
  options: {
    records: { type: "string", default: String(FULL.records) },
    partitions: { type: "string", default: String(FULL.partitions) },
    peers: { type: "string", default: PEERS.join(",") },
    rounds: { type: "string", default: "3" },
    out: { type: "string" },
    // What a client's own process is started with.
    peer: { type: "string" },
    asked: { type: "string", default: "{}" },
  },
});

async function runPeer(peer: Peer): Promise<Round> {
  const asked = JSON.parse(values.asked) as CopyAsked;
  if (peer === "sluice") return (await import("./sluice-peer.ts")).sluiceCopy(asked);
  return (await import("./kafkajs-peer.ts")).kafkajsCopy(asked, peer);
}

async function runBench(): Promise<void> {
  const shape: Shape = { records: Number(values.records), partitions: Number(values.partitions) };
  const chosen = PEERS.filter((each) => values.peers.split(",").includes(each));
  const say = (line: string): void => console.error(line);
  const rounds = await runCopies({ shape, peers: chosen, rounds: Number(values.rounds), say });
  const command = `node bench/copy/main.ts ${process.argv.slice(2).join(" ")}`.trim();
  const text = report(rounds, shape, { date: new Date().toISOString().slice(0, 10), command });
  console.log(text);
  const full = JSON.stringify(shape) === JSON.stringify(FULL) && chosen.length === PEERS.length;
  const out = values.out ?? (full ? PROOF : undefined);
  if (out !== undefined) await writeFile(out, text);
}

const peer = PEERS.find((each) => each === values.peer);
if (peer === undefined) await runBench();
else console.log(JSON.stringify(await runPeer(peer)));
