import { setTimeout as delay } from "node:timers/promises";
import { Client, type Pool } from "pg";
import { connectKafka } from "#kit/kafka.ts";
import { sagaTopics } from "#kit/saga/topics.ts";
import { ensureTopics } from "#kit/topics.ts";
import type { KafkaHandle } from "#stack/kafka.ts";
import type { PostgresHandle } from "#stack/postgres.ts";
import { auditSagas, faultsOfSagas, leftOf, type SagaAudit } from "./saga-audit.ts";
import {
  deskGroup,
  eventsOf,
  installSagaModel,
  roundPool,
  SAGA_PARTS,
  sagaGroup,
  TRIP_STEPS,
  tripOf,
} from "./saga-model.ts";
import { SagaProcesses, type DeathPlan } from "./saga-processes.ts";

/** What one round is. The same seed gives the same refusals and silences; the timing is the machine's. */
export interface SagaRoundOptions {
  seed: number;
  sagas: number;
  plan: DeathPlan;
  /** Processes killed from outside, at shares of the work, beside the failpoints. */
  randomKills: number;
  /** How long nothing may change before the round counts as stuck, ms. */
  stuckAfterMs: number;
}

/** What came of a round. */
export interface SagaRoundResult {
  seed: number;
  durationMs: number;
  hits: Record<string, number>;
  kills: number;
  audit: SagaAudit;
  /** Empty if the kit kept its promises. */
  faults: string[];
}

async function makeDatabase(postgres: PostgresHandle, name: string): Promise<string> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(postgres.url);
  url.pathname = `/${name}`;
  return url.toString();
}

async function makeTopics(brokers: string, prefix: string): Promise<void> {
  const quiet = (): void => undefined;
  const log = { info: quiet, warn: quiet, error: quiet, debug: quiet };
  const admin = connectKafka({ brokers: brokers.split(","), clientId: "fault", log }).admin();
  await admin.connect();
  const saga = { service: "saga", group: sagaGroup(prefix), sagas: [tripOf(prefix)], operators: false };
  const { events, consumers } = sagaTopics(saga);
  const desk = TRIP_STEPS.flatMap((step) => {
    const { command, undo } = eventsOf(prefix, step);
    return step === "mail" ? [command] : [command, undo];
  });
  await ensureTopics({
    admin,
    events,
    consumers: [...consumers, { group: deskGroup(prefix), events: desk }],
  });
  await admin.disconnect();
}

/** Kills parts from outside, each when its share of the sagas has ended. */
async function killAtShares(pool: Pool, processes: SagaProcesses, options: SagaRoundOptions): Promise<void> {
  const { sagas, randomKills, seed } = options;
  for (let n = 1; n <= randomKills; n++) {
    const share = Math.floor((sagas * n) / (randomKills + 1));
    const deadlineAt = Date.now() + 20_000;
    while (Date.now() < deadlineAt) {
      const { rows } = await pool.query(
        "SELECT count(*)::int AS n FROM saga_instance WHERE ended_at IS NOT NULL",
      );
      if ((rows[0] as { n: number }).n >= share) break;
      await delay(100);
    }
    const part = SAGA_PARTS[(seed + n * 7) % SAGA_PARTS.length] ?? "saga-a";
    await processes.kill(part);
  }
}

/** Waits until nothing is left and every planned failpoint has killed; throws when nothing changes for too long. */
async function untilSettled(
  pool: Pool,
  processes: SagaProcesses,
  { target, options }: { target: { brokers: string; prefix: string }; options: SagaRoundOptions },
): Promise<void> {
  let last = "";
  let movedAt = Date.now();
  for (;;) {
    const left = await leftOf(pool, target, options.sagas);
    if (left.every((count) => count === 0)) break;
    const { rows } = await pool.query("SELECT coalesce(sum(version), 0) AS moves FROM saga_instance");
    const now = JSON.stringify([left, rows]);
    if (now !== last) {
      last = now;
      movedAt = Date.now();
    }
    if (Date.now() - movedAt > options.stuckAfterMs)
      throw new Error(`the sagas stand still with ${last} left`);
    await delay(200);
  }
  if (processes.missing.length > 0) throw new Error(`no process died at ${processes.missing.join()}`);
}

/** Runs the model through one round of kills, lets it settle, stops it, and counts. */
export async function runSagaRound(
  servers: { kafka: KafkaHandle; postgres: PostgresHandle },
  options: SagaRoundOptions,
): Promise<SagaRoundResult> {
  const startedAt = Date.now();
  const { seed, sagas, plan } = options;
  const prefix = `g${seed.toString(36)}x${startedAt.toString(36)}`;
  const brokers = servers.kafka.brokers;
  const databaseUrl = await makeDatabase(servers.postgres, prefix);
  await installSagaModel(databaseUrl);
  await makeTopics(brokers, prefix);
  const pool = roundPool(databaseUrl);
  const processes = new SagaProcesses({ brokers, databaseUrl, prefix, sagas, seed }, plan);
  const target = { brokers, prefix };
  const faults: string[] = [];
  processes.startAll();
  try {
    await killAtShares(pool, processes, options);
    await untilSettled(pool, processes, { target, options });
  } catch (error) {
    faults.push(error instanceof Error ? error.message : String(error));
  }
  await processes.stopAll();
  const audit = await auditSagas(pool, target);
  await pool.end();
  faults.push(...faultsOfSagas(audit, sagas), ...processes.crashes);
  const { hits, kills } = processes;
  const durationMs = Date.now() - startedAt;
  return { seed, durationMs, hits: Object.fromEntries(hits), kills, audit, faults };
}
