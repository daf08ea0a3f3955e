/**
 * `npm run test:fault:sagas`: 1,000 orchestrated sagas with refusals, silences and kills, on servers of their own, in
 * rounds; keeps the table in docs/proof/saga-kills.md. `--sagas N` a round (250), `--rounds N` (4), `--seed S`. A round
 * that is done is not run again: an interrupted run goes on where it stopped; `--fresh` starts over.
 */
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startKafka } from "#stack/kafka.ts";
import { startPostgres } from "#stack/postgres.ts";
import type { DeathPlan } from "#test/fault/kit/saga-processes.ts";
import { runSagaRound, type SagaRoundResult } from "#test/fault/kit/saga-round.ts";

const ROOT = join(import.meta.dirname, "..");
const DIR = join(ROOT, ".sluice", "fault-sagas");
const PROOF = join(ROOT, "docs", "proof", "saga-kills.md");
const RANDOM_KILLS = 4;
const PLAN: DeathPlan = {
  "saga-a": ["saga-reply-before-commit:60", "after-work-before-commit:60", "saga-timer-before-commit:3"],
  "saga-b": ["saga-timer-before-commit:5", "saga-reply-before-commit:80"],
  "desk-a": ["in-work:40", "after-work-before-commit:60"],
  "desk-b": ["after-work-before-commit:40", "in-work:60"],
  "relay-a": ["after-publish-before-mark:10", "before-publish:20"],
  "relay-b": ["before-publish:10", "after-publish-before-mark:20"],
};

const { values } = parseArgs({
  options: {
    sagas: { type: "string", default: "250" },
    rounds: { type: "string", default: "4" },
    seed: { type: "string", default: "20261123" },
    fresh: { type: "boolean", default: false },
  },
});
const [sagas, rounds, seed] = [Number(values.sagas), Number(values.rounds), Number(values.seed)];
if (![sagas, rounds, seed].every((given) => Number.isInteger(given) && given > 0))
  throw new Error("usage: npm run test:fault:sagas -- [--sagas N] [--rounds N] [--seed S] [--fresh]");

const stateFile = join(DIR, `sagas-${sagas}-${seed}.json`);

async function readState(): Promise<SagaRoundResult[]> {
  try {
    return JSON.parse(await readFile(stateFile, "utf8")) as SagaRoundResult[];
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

const total = (results: readonly SagaRoundResult[], of: (result: SagaRoundResult) => number): number =>
  results.reduce((sum, result) => sum + of(result), 0);

function rowOf(results: readonly SagaRoundResult[], name: string): string {
  const sum = (of: (result: SagaRoundResult) => number): number => total(results, of);
  const cells = [
    ...[name, sum(({ hits }) => Object.values(hits).reduce((a, b) => a + b, 0)), sum(({ kills }) => kills)],
    ...[sum(({ audit }) => audit.completed), sum(({ audit }) => audit.compensated)],
    ...(["refused", "timeout", "compensation_failed"] as const).map((why) =>
      sum(({ audit }) => audit.parked[why] ?? 0),
    ),
    ...[sum(({ audit }) => audit.open), sum(({ audit }) => audit.effectsTwice)],
    sum(({ audit }) => audit.wrongEffects.length),
    ...[sum(({ audit }) => audit.moneyOff), sum(({ audit }) => audit.stockOff)],
    ...[sum(({ audit }) => audit.outOfOrder), sum(({ audit }) => audit.resends)],
    `${Math.round(sum(({ durationMs }) => durationMs) / 1000)} s`,
    sum(({ faults }) => faults.length) === 0 ? "kept" : "**broken**",
  ];
  return `| ${cells.join(" | ")} |`;
}

function document(results: readonly SagaRoundResult[]): string {
  const faults = results.flatMap((result) => result.faults.map((words) => `- seed ${result.seed}: ${words}`));
  return `# Sagas under kills

Written by \`npm run test:fault:sagas -- --sagas ${sagas} --rounds ${rounds} --seed ${seed}\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, Apache Kafka 4.3.1, PostgreSQL 18.4.

A round is ${sagas} sagas of four steps (the third is the pivot) on the kit: two orchestrators, two members of the participants' group, two relays, a process each. By the seed, 12 % of the commands are refused, 8 % are answered at the second delivery only, 3 % of the second step are done and the answers lost, 3 % come after the command that undoes them, 15 % of the compensations are answered at the second delivery and 10 % never. Processes die by SIGKILL at failpoints (before an orchestrator's transaction for a reply or a timer commits, in a participant's work, between work and commit of the offset, before and after a publish) and ${RANDOM_KILLS} times a round from outside; whatever dies is started again. Participants write plain rows and add to tills: nothing in their tables forbids a second effect. Then every saga must have ended or be parked with a reason, and the effects must be those of its end.

| seed | deaths at failpoints | random kills | completed | compensated | parked: refused | parked: timeout | parked: compensation failed | neither | effects twice | wrong effects | cents off | places off | compensations out of order | resends | took | promises |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
${results.map((result) => rowOf([result], String(result.seed))).join("\n")}
${rowOf(results, `**${results.length} rounds**`)}
${faults.length === 0 ? "" : `\n## Broken promises\n${faults.join("\n")}\n`}`;
}

await mkdir(DIR, { recursive: true });
if (values.fresh) await rm(stateFile, { force: true });
const results = await readState();
if (results.length < rounds) {
  const postgres = await startPostgres({ dir: join(DIR, "postgres") });
  try {
    const kafka = await startKafka({ dir: join(DIR, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true });
    try {
      for (const signal of ["SIGINT", "SIGTERM"] as const)
        process.once(signal, () => {
          void Promise.allSettled([kafka.kill(), postgres.kill()]).then(() => process.exit(1));
        });
      for (let round = results.length; round < rounds; round++) {
        const options = { seed: seed + round, sagas, plan: PLAN, randomKills: RANDOM_KILLS };
        const result = await runSagaRound({ kafka, postgres }, { ...options, stuckAfterMs: 120_000 });
        results.push(result);
        await writeFile(stateFile, JSON.stringify(results, null, 2));
        await writeFile(PROOF, document(results));
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
await writeFile(PROOF, document(results));
const broken = total(results, ({ faults }) => faults.length);
console.log(`${results.length} rounds, ${broken} broken promises; see docs/proof/saga-kills.md`);
process.exitCode = broken === 0 ? 0 : 1;
