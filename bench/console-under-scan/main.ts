/**
 * `node bench/console-under-scan/main.ts [--demo .sluice/demo.json] [--records 400000]`: what the console's pages wait
 * for while its searches are kept busy. Needs a running `npm run demo`. Writes a topic of its own into the demo's
 * broker, then asks what the pages ask: at rest, under ten searches, and under two hundred, a third of which are
 * expressions. Writes docs/proof/console-under-scan.md.
 */
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Kafka, logLevel, Partitioners } from "kafkajs";
import { z } from "zod";

const ROOT = join(import.meta.dirname, "..", "..");
const TOPIC = "bench.scan.busy";
const PARTITIONS = 8;
const BATCH = 800;
/** How long each stage is measured, ms. */
const STAGE_MS = 20_000;
/** What the pages ask for, in turn. */
const ASKED = [
  "",
  "/groups?limit=50",
  "/topics?limit=50",
  "/brokers",
  "/dead-letters/causes",
  "/dead-letters/history",
];
const TERMS = [
  { kind: "text", in: "any", text: "nowhere to be found" },
  { kind: "regex", in: "value", pattern: "(a+)+$nothing" },
  { kind: "cel", expression: "value.items.exists(i, i.sku == 'none')" },
];

const { values } = parseArgs({
  options: {
    demo: { type: "string", default: join(ROOT, ".sluice", "demo.json") },
    records: { type: "string", default: "400000" },
  },
});
const demo = z
  .object({ url: z.string(), apiToken: z.string(), kafkaBrokers: z.string() })
  .parse(JSON.parse(await readFile(values.demo, "utf8")));
const headers = { authorization: `Bearer ${demo.apiToken}`, "content-type": "application/json" };

/** What one stage measured. */
interface Stage {
  searches: number;
  calls: number;
  p50: number;
  p95: number;
  most: number;
  /** Records that the searches looked at, a second. */
  scanned: number;
}

const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

async function load(records: number): Promise<void> {
  const kafka = new Kafka({ brokers: demo.kafkaBrokers.split(","), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await Promise.all([admin.connect(), producer.connect()]);
  await admin.deleteTopics({ topics: [TOPIC] }).catch(() => say("the topic was not there"));
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: PARTITIONS }], waitForLeaders: true });
  const filler = randomBytes(390).toString("hex");
  for (let from = 0; from < records; from += BATCH) {
    const messages = Array.from({ length: BATCH }, (_, nth) => ({
      key: String(from + nth),
      partition: (from / BATCH) % PARTITIONS,
      value: JSON.stringify({ n: from + nth, items: [{ sku: "a" }, { sku: "b" }], filler }),
    }));
    await producer.send({ topic: TOPIC, messages, acks: 1 });
  }
  await Promise.all([admin.disconnect(), producer.disconnect()]);
}

/** Runs one search after another until told to end; answers how many records they looked at. */
async function search(nth: number, ended: AbortSignal): Promise<number> {
  let scanned = 0;
  while (!ended.aborted) {
    const response = await fetch(`${demo.url}/api/v1/clusters/demo/records/search`, {
      method: "POST",
      headers,
      body: JSON.stringify({
        topics: [TOPIC],
        start: { kind: "oldest" },
        terms: [TERMS[nth % TERMS.length]],
      }),
      signal: ended,
    }).catch(() => null);
    if (response === null) break;
    if (!response.ok) throw new Error(`a search was refused: ${response.status}`);
    const text = await response.text().catch(() => "");
    const last = /"type":"end".*?"records":(\d+)/.exec(text.slice(text.lastIndexOf("\n{")));
    scanned += Number(last?.[1] ?? 0);
  }
  return scanned;
}

async function measure(searches: number): Promise<Stage> {
  const ended = new AbortController();
  const running = Array.from({ length: searches }, (_, nth) => search(nth, ended.signal));
  const durations: number[] = [];
  const until = performance.now() + STAGE_MS;
  for (let nth = 0; performance.now() < until; nth += 1) {
    const startedAt = performance.now();
    const response = await fetch(`${demo.url}/api/v1/clusters/demo${ASKED[nth % ASKED.length] ?? ""}`, {
      headers,
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`${response.url}: ${response.status}`);
    durations.push(performance.now() - startedAt);
  }
  ended.abort();
  const scanned = (await Promise.all(running)).reduce((sum, each) => sum + each, 0);
  const sorted = durations.toSorted((a, b) => a - b);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const stage = { p50: at(0.5), p95: at(0.95), most: sorted.at(-1) ?? 0 };
  return { searches, calls: durations.length, ...stage, scanned: (scanned * 1_000) / STAGE_MS };
}

const records = Number(values.records);
say(`writing ${records} records`);
await load(records);
const stages: Stage[] = [];
for (const searches of [0, 10, 200]) {
  say(`${searches} searches`);
  stages.push(await measure(searches));
}
const ms = (value: number): string => `${Math.round(value)} ms`;
const rows = stages.map(
  ({ searches, calls, p50, p95, most, scanned }) =>
    `| ${searches} | ${calls} | ${ms(p50)} | **${ms(p95)}** | ${ms(most)} | ${Math.round(scanned).toLocaleString("en")} |`,
);
const report = `# The console while it searches

Written by \`node bench/console-under-scan/main.ts\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} cores that carry the
whole demo besides: broker, PostgreSQL, shop, worker and console (load average at the end ${loadavg()[0]?.toFixed(1)}). The topic holds
${records.toLocaleString("en")} records of 0.85 kB on ${PARTITIONS} partitions. Searches begin at the oldest record and find nothing, a third each by text, by
a pattern and by a CEL expression; four run at once, the others queue. Meanwhile one caller asks in turn for what the
overview, groups, topics, brokers and dead letters show.

| searches at once | calls | p50 | p95 | most | records searched a second |
|---:|---:|---:|---:|---:|---:|
${rows.join("\n")}

What searches that were cut off at the end of a stage had looked at is not counted.
`;
await writeFile(join(ROOT, "docs", "proof", "console-under-scan.md"), report);
say(report);
