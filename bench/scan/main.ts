/**
 * How fast the reader reads, next to kcat (librdkafka), kafkajs and Java's consumer: `node bench/scan/main.ts [--records
 * 2000000] [--partitions 8] [--compressions none,lz4] [--peers kcat,sluice,kafkajs,java] [--rounds 3] [--keep] [--out
 * FILE]`. Prints the table, and writes it to docs/proof/scan.md when the size is the full one, or to FILE. Needs 5 GB.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measured } from "./peer.ts";
import { report } from "./report.ts";
import { compressionsOf, PEERS, runScans } from "./run.ts";
import { FULL, type Shape } from "./shape.ts";

const PROOF = join(import.meta.dirname, "..", "..", "docs", "proof", "scan.md");

const { values } = parseArgs({
  options: {
    records: { type: "string", default: String(FULL.records) },
    partitions: { type: "string", default: String(FULL.partitions) },
    compressions: { type: "string", default: "" },
    peers: { type: "string", default: PEERS.join(",") },
    rounds: { type: "string", default: "3" },
    keep: { type: "boolean", default: false },
    out: { type: "string" },
    // What a client's own process is started with.
    peer: { type: "string" },
    at: { type: "string", default: "" },
    topic: { type: "string", default: "" },
  },
});

async function runPeer(peer: string): Promise<unknown> {
  const { at, topic } = values;
  if (peer === "kafkajs") {
    const { kafkajsScan } = await import("./kafkajs-peer.ts");
    return measured(() => kafkajsScan(at, topic, Number(values.records)));
  }
  const { sluiceScan, sluiceSharing } = await import("./sluice-peer.ts");
  return peer === "sharing" ? sluiceSharing(at, topic) : measured(() => sluiceScan(at, topic));
}

async function runBench(): Promise<void> {
  const shape: Shape = { ...FULL, records: Number(values.records), partitions: Number(values.partitions) };
  const chosen = values.peers.split(",");
  const results = await runScans({
    ...{ shape, compressions: compressionsOf(values.compressions), rounds: Number(values.rounds) },
    ...{ peers: PEERS.filter((each) => chosen.includes(each)), keep: values.keep },
    say: (line) => console.error(line),
  });
  const command = `node bench/scan/main.ts ${process.argv.slice(2).join(" ")}`.trim();
  const text = report(results, shape, { date: new Date().toISOString().slice(0, 10), command });
  console.log(text);
  const full = JSON.stringify(shape) === JSON.stringify(FULL) && chosen.length === PEERS.length;
  const out = values.out ?? (full ? PROOF : undefined);
  if (out !== undefined) await writeFile(out, text);
}

if (values.peer === undefined) await runBench();
else console.log(JSON.stringify(await runPeer(values.peer)));
