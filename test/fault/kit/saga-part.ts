/** One process of the model of sagas; see saga-model.ts. Settings come as JSON in FAULT_PART. */
import { writeSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import type { Kafka } from "kafkajs";
import type { Pool, PoolClient } from "pg";
import { createConsumer, handle, type Handler } from "#kit/consumer.ts";
import type { Failpoints } from "#kit/failpoints.ts";
import { connectKafka } from "#kit/kafka.ts";
import type { KitLog } from "#kit/log.ts";
import type { Message } from "#kit/message.ts";
import { createRelay } from "#kit/relay.ts";
import type { SagaDefinition } from "#kit/saga/definition.ts";
import { createOrchestrator, type Orchestrator } from "#kit/saga/orchestrator.ts";
import { answerOnce, type Answer } from "#kit/saga/participant.ts";
import { inTransaction } from "#kit/transaction.ts";
import {
  deskGroup,
  eventsOf,
  fateOf,
  LATE_MS,
  priceOf,
  roundPool,
  sagaGroup,
  TRIP_STEPS,
  tripOf,
  type SagaPartSettings,
  type Trip,
  type TripStep,
} from "./saga-model.ts";

const settings = JSON.parse(process.env.FAULT_PART ?? "{}") as SagaPartSettings;

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

const log: KitLog = {
  info: () => undefined,
  debug: () => undefined,
  warn: (fields, message) => {
    say(`warn ${message} ${JSON.stringify(fields)}`);
  },
  error: (fields, message) => {
    say(`error ${message} ${JSON.stringify(fields)}`);
  },
};

const [wantedFailpoint, nth] = (settings.failpoint ?? "").split(":");
let hitsLeft = Number(nth ?? "0");

/** Dies by SIGKILL at the n-th hit of the failpoint that it was given, and says so first. */
function hit(name: string): void | Promise<void> {
  if (name !== wantedFailpoint || --hitsLeft > 0) return undefined;
  say(`failpoint ${name}`);
  process.kill(process.pid, "SIGKILL");
  return new Promise<void>(() => undefined);
}

const failpoints: Failpoints = { hit };

/** Begins every saga that is not there yet; both orchestrators do, so that begins meet. */
async function beginAll(
  pool: Pool,
  orchestrator: Orchestrator,
  definition: SagaDefinition<Trip>,
): Promise<void> {
  const { rows } = await pool.query(
    `SELECT n FROM generate_series(1, $1) AS n
     WHERE NOT EXISTS (SELECT 1 FROM saga_instance WHERE saga_id = n::text) ORDER BY n`,
    [settings.sagas],
  );
  for (const { n } of rows as { n: number }[]) {
    await inTransaction(pool, (tx) => orchestrator.begin(tx, definition, { sagaId: String(n), data: { n } }));
    await delay(10);
  }
}

async function book(tx: PoolClient, n: number, step: TripStep): Promise<void> {
  const cents = priceOf(n, step);
  await tx.query("INSERT INTO effect VALUES ($1, $2, 'done', $3)", [n, step, cents]);
  await tx.query("UPDATE till SET balance_cents = balance_cents + $2, sold = sold + 1 WHERE step = $1", [
    step,
    cents,
  ]);
}

/** Bears what was never booked. */
async function release(tx: PoolClient, n: number, step: TripStep): Promise<void> {
  const done = await tx.query("SELECT cents FROM effect WHERE n = $1 AND step = $2 AND kind = 'done'", [
    n,
    step,
  ]);
  const [row] = done.rows as { cents: number }[];
  if (!row) return;
  await tx.query("INSERT INTO effect VALUES ($1, $2, 'undone', $3)", [n, step, row.cents]);
  const sql = "UPDATE till SET balance_cents = balance_cents - $2, sold = sold - 1 WHERE step = $1";
  await tx.query(sql, [step, row.cents]);
}

/** Whether this delivery of a command is passed over in silence. */
async function isSilent(pool: Pool, fate: string, command: string): Promise<boolean> {
  if (fate === "never-answer") return true;
  if (fate !== "answer-the-second") return false;
  await pool.query("INSERT INTO seen VALUES ($1)", [command]);
  const { rows } = await pool.query("SELECT count(*)::int AS n FROM seen WHERE command = $1", [command]);
  return (rows[0] as { n: number }).n < 2;
}

function deskHandlers(pool: Pool, step: TripStep): Handler[] {
  const { command, done, refused, undo, undone } = eventsOf(settings.prefix, step);
  const work = (back: boolean) => async (message: Message<unknown>) => {
    const n = Number(message.key);
    const fate = fateOf(settings.seed, n, { step, back });
    if (await isSilent(pool, fate, message.headers["saga-command"] ?? "")) return;
    if (fate === "come-late") await delay(LATE_MS);
    await inTransaction(pool, async (tx) => {
      const about = { group: deskGroup(settings.prefix), service: "desk", aggregateType: step, message };
      await answerOnce(tx, about, async (): Promise<Answer> => {
        if (fate === "refuse") return { event: refused, payload: { reason: "sold out" } };
        if (back) await release(tx, n, step);
        else await book(tx, n, step);
        await hit("in-work");
        return { event: back ? undone : done, payload: { n } };
      });
      if (fate === "lose-the-answers")
        await tx.query("DELETE FROM outbox WHERE topic = $1 AND aggregateid = $2", [done.topic, message.key]);
    });
  };
  const forward = handle(command, work(false));
  return step === "mail" ? [forward] : [forward, handle(undo, work(true))];
}

type Stop = () => Promise<void>;

async function startOrchestrator(kafka: Kafka, pool: Pool): Promise<Stop> {
  const { prefix } = settings;
  const base = { pool, kafka, service: "saga", group: sagaGroup(prefix), log, failpoints, pauseMs: 100 };
  const trip = tripOf(prefix);
  const orchestrator = createOrchestrator({ ...base, sagas: [trip] });
  await orchestrator.start();
  const begun = beginAll(pool, orchestrator, trip);
  return async () => {
    await begun;
    await orchestrator.stop();
  };
}

async function startDesk(kafka: Kafka, pool: Pool): Promise<Stop> {
  const group = deskGroup(settings.prefix);
  const handlers = TRIP_STEPS.flatMap((step) => deskHandlers(pool, step));
  const consumer = createConsumer({ kafka, service: "desk", group, log, handlers, failpoints });
  await consumer.start();
  return () => consumer.stop();
}

async function startRelay(kafka: Kafka, pool: Pool): Promise<Stop> {
  const holder = `${settings.part}-${process.pid}`;
  const relay = createRelay({
    pool,
    kafka,
    service: "saga",
    holder,
    log,
    pollMs: 50,
    leaseMs: 2_000,
    failpoints,
  });
  await relay.start();
  return () => relay.stop();
}

async function main(): Promise<void> {
  const { part, brokers, databaseUrl } = settings;
  const kafka = connectKafka({ brokers: brokers.split(","), clientId: part, log });
  const pool = roundPool(databaseUrl);
  const ended = new Promise<void>((resolve) => process.once("SIGTERM", resolve));
  const start = part.startsWith("saga")
    ? startOrchestrator
    : part.startsWith("desk")
      ? startDesk
      : startRelay;
  const stop = await start(kafka, pool);
  say("ready");
  await ended;
  await stop();
  await pool.end();
  say("stopped");
  process.exit(0);
}

await main();
