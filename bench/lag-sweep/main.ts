/**
 * What a sweep costs, next to Kafka's Java AdminClient and kafkajs: `node bench/lag-sweep/main.ts [--brokers 1,3]
 * [--topics 500] [--partitions 20] [--groups 2000] [--rounds 9] [--slow-rounds 3] [--out FILE]`. Prints the table, and
 * writes it to docs/proof/lag-sweep.md when the size is the full one, or to FILE.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { answerRounds } from "./peer.ts";
import { report } from "./report.ts";
import { runSweeps, type Result } from "./run.ts";
import { FULL, type Shape } from "./shape.ts";

const PROOF = join(import.meta.dirname, "..", "..", "docs", "proof", "lag-sweep.md");

const { values } = parseArgs({
  options: {
    brokers: { type: "string", default: "1,3" },
    topics: { type: "string", default: String(FULL.topics) },
    partitions: { type: "string", default: String(FULL.partitionsPerTopic) },
    groups: { type: "string", default: String(FULL.groups) },
    rounds: { type: "string", default: "9" },
    "slow-rounds": { type: "string", default: "3" },
    out: { type: "string" },
    // What a client's own process is started with.
    peer: { type: "string" },
    at: { type: "string", default: "" },
    shape: { type: "string", default: "{}" },
  },
});

async function runPeer(peer: string): Promise<void> {
  const shape = JSON.parse(values.shape) as Shape;
  if (peer === "sluice") {
    const { sluiceSweeper } = await import("./sluice-peer.ts");
    await answerRounds(sluiceSweeper(values.at));
  } else {
    const { kafkajsSweeper } = await import("./kafkajs-peer.ts");
    await answerRounds(await kafkajsSweeper(values.at, shape));
  }
}

async function runBench(): Promise<void> {
  const shape: Shape = {
    ...{ topics: Number(values.topics), partitionsPerTopic: Number(values.partitions) },
    ...{ groups: Number(values.groups), topicsPerGroup: FULL.topicsPerGroup },
  };
  const command = `node bench/lag-sweep/main.ts ${process.argv.slice(2).join(" ")}`.trim();
  const full = JSON.stringify(shape) === JSON.stringify(FULL);
  const out = values.out ?? (full ? PROOF : undefined);
  const results: Result[] = [];
  for (const brokers of values.brokers.split(",").map(Number)) {
    const result = await runSweeps({
      ...{ shape, brokers, rounds: Number(values.rounds), slowRounds: Number(values["slow-rounds"]) },
      say: (line) => console.error(line),
    });
    results.push(result);
    // After each, so that a run that is cut short has told something.
    const text = report(results, shape, { date: new Date().toISOString().slice(0, 10), command });
    console.log(text);
    if (out !== undefined) await writeFile(out, text);
  }
}

await (values.peer === undefined ? runBench() : runPeer(values.peer));
