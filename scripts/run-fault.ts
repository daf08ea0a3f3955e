/**
 * `npm run test:fault -- --rounds N`: the full form of the fault tests. Runs the kit's model shop through N seeded
 * rounds of kills on servers of its own and keeps the table in docs/proof/kit-kills.md. A round that is done is not run
 * again: an interrupted run goes on where it stopped; `--fresh` starts over, `--seed S` starts another series.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startKafka } from "#stack/kafka.ts";
import { startPostgres } from "#stack/postgres.ts";
import { runRound, type RoundResult } from "#test/fault/kit/round.ts";

const ROOT = join(import.meta.dirname, "..");
const DIR = join(ROOT, ".sluice", "fault");
const PROOF = join(ROOT, "docs", "proof", "kit-kills.md");
const ORDERS = 300;
const RANDOM_KILLS = 4;
const LEASE_MS = 3_000;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "20" },
    seed: { type: "string", default: "20261122" },
    fresh: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed);
if (!Number.isInteger(rounds) || rounds < 1 || !Number.isInteger(seed)) {
  throw new Error("usage: npm run test:fault -- --rounds N [--seed S] [--fresh]");
}

const stateFile = join(DIR, `kit-kills-${seed}.json`);

async function readState(): Promise<RoundResult[]> {
  try {
    return JSON.parse(await readFile(stateFile, "utf8")) as RoundResult[];
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

const total = (results: RoundResult[], of: (result: RoundResult) => number): number =>
  results.reduce((sum, result) => sum + of(result), 0);

function rowOf(result: RoundResult, name: string): string {
  const { counts, audit, serverKills, faults } = result;
  const hits = counts.failpoints;
  const cells = [
    name,
    hits["before-publish"],
    hits["after-publish-before-mark"],
    hits["after-work-before-commit"],
    hits["in-rebalance"],
    counts.kills,
    serverKills,
    `${audit.ordersPaidOnce} / ${audit.orders}`,
    audit.ordersPaidTwice,
    ((audit.moneyInTillsCents - audit.moneyOrderedCents) / 100).toFixed(2),
    `${audit.eventsPublished} / ${audit.eventsEnqueued}`,
    audit.eventsLost,
    audit.duplicatesPublished,
    audit.keysOutOfOrder,
    `${Math.round(result.durationMs / 1000)} s`,
    faults.length === 0 ? "kept" : "**broken**",
  ];
  return `| ${cells.join(" | ")} |`;
}

function sumOf(results: RoundResult[]): RoundResult {
  const audit = (name: keyof RoundResult["audit"]): number => total(results, (result) => result.audit[name]);
  const hits = (name: keyof RoundResult["counts"]["failpoints"]): number =>
    total(results, ({ counts }) => counts.failpoints[name]);
  const names = Object.keys(results[0]?.audit ?? {}) as (keyof RoundResult["audit"])[];
  return {
    seed,
    durationMs: total(results, ({ durationMs }) => durationMs),
    counts: {
      failpoints: {
        "before-publish": hits("before-publish"),
        "after-publish-before-mark": hits("after-publish-before-mark"),
        "after-work-before-commit": hits("after-work-before-commit"),
        "in-rebalance": hits("in-rebalance"),
      },
      kills: total(results, ({ counts }) => counts.kills),
      crashes: results.flatMap(({ counts }) => counts.crashes),
    },
    serverKills: total(results, ({ serverKills }) => serverKills),
    audit: Object.fromEntries(names.map((name) => [name, audit(name)])) as unknown as RoundResult["audit"],
    faults: results.flatMap(({ faults }) => faults),
  };
}

function document(results: RoundResult[]): string {
  const faults = results.flatMap((result) => result.faults.map((words) => `- seed ${result.seed}: ${words}`));
  return `# The kit under kills

Written by \`npm run test:fault -- --rounds ${rounds} --seed ${seed}\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, Apache Kafka 4.3.1, PostgreSQL 18.4.

Each round is a model shop of five processes on the kit: \`orders\` (writes ${ORDERS} orders through its outbox, and reads payments), two members of \`payments\` (read orders, pay through the inbox, answer through their outbox), two relays. Processes die by SIGKILL at failpoints inside the kit, by SIGKILL from outside at seeded shares of the work, and Kafka and PostgreSQL are killed once each a round; whatever dies is started again. Then the shop drains, stops, and is counted: orders, payments, money and events, the events with plain kafkajs. Nothing in the shop's tables forbids a second payment; the inbox alone does. A duplicate in a topic is allowed (at least once) and counted; what a key's readers see first must be in order.

| seed | before publish | after publish, before mark | after work, before commit | in a rebalance | random kills | server kills | orders paid once | paid twice | money off | events published | events lost | duplicates | keys out of order | took | promises |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
${results.map((result) => rowOf(result, String(result.seed))).join("\n")}
${rowOf(sumOf(results), `**${results.length} rounds**`)}
${faults.length === 0 ? "" : `\n## Broken promises\n${faults.join("\n")}\n`}`;
}

async function save(results: RoundResult[]): Promise<void> {
  await writeFile(stateFile, JSON.stringify(results, null, 2));
  await writeFile(PROOF, document(results));
}

await mkdir(DIR, { recursive: true });
await mkdir(join(PROOF, ".."), { recursive: true });
if (values.fresh) await rm(stateFile, { force: true });
const results = await readState();
if (results.length < rounds) {
  const postgres = await startPostgres({ dir: join(DIR, "postgres") });
  try {
    const kafka = await startKafka({ dir: join(DIR, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true });
    try {
      for (const signal of ["SIGINT", "SIGTERM"] as const) {
        process.once(signal, () => {
          void Promise.allSettled([kafka.kill(), postgres.kill()]).then(() => process.exit(1));
        });
      }
      for (let round = results.length; round < rounds; round++) {
        const options = { orders: ORDERS, randomKills: RANDOM_KILLS, killServers: true, leaseMs: LEASE_MS };
        const result = await runRound({ kafka, postgres }, { ...options, seed: seed + round });
        results.push(result);
        await save(results);
        const verdict = result.faults.length === 0 ? "kept" : `BROKEN: ${result.faults.join("; ")}`;
        console.log(`round ${round + 1}/${rounds}, ${Math.round(result.durationMs / 1000)} s: ${verdict}`);
      }
    } finally {
      await kafka.stop();
    }
  } finally {
    await postgres.stop();
  }
}
const sum = sumOf(results);
const neverHit = Object.entries(sum.counts.failpoints).filter(([, hits]) => hits === 0);
for (const [name] of neverHit) console.log(`failpoint ${name} was never hit`);
console.log(`${results.length} rounds, ${sum.faults.length} broken promises; see docs/proof/kit-kills.md`);
process.exitCode = sum.faults.length === 0 && neverHit.length === 0 ? 0 : 1;
