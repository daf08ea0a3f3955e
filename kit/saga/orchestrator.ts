import type { Kafka } from "kafkajs";
import type { Pool } from "pg";
import { v7 as uuidv7 } from "uuid";
import { createConsumer, type EventConsumer, type ReaderStatus } from "../consumer.ts";
import { noFailpoints, type Failpoints } from "../failpoints.ts";
import type { KitLog } from "../log.ts";
import { MissingKeyError } from "../key.ts";
import type { SqlClient } from "../sql-client.ts";
import { decide } from "./decide.ts";
import type { AnySaga, PlainSaga, SagaDefinition } from "./definition.ts";
import { operatorHandler } from "./operator.ts";
import type { OrchestratorCounters, OrchestratorParts } from "./parts.ts";
import { replyHandlers } from "./replies.ts";
import { newSaga } from "./saga.ts";
import { databaseNow, insertSaga, writeDefinitions } from "./store.ts";
import { TimerLoop } from "./timers.ts";
import { operatorGroup, SAGA_GROUP_SUFFIX } from "./topics.ts";
import { writeMove } from "./write-move.ts";

/** What {@link createOrchestrator} needs. The pool's search path holds the kit's tables and those of sagas. */
export interface OrchestratorOptions {
  pool: Pool;
  kafka: Kafka;
  service: string;
  /** The consumer group of the replies; `<service>-saga` unless said. */
  group?: string;
  /** Made by `defineSaga`; each a type of its own. */
  sagas: readonly AnySaga[];
  log: KitLog;
  /** The key shared with the console: with it, signed commands of operators are taken. */
  commandKey?: string;
  /** Pause between looks for timers that are due; 250 unless said. */
  pauseMs?: number;
  failpoints?: Failpoints;
}

/** What an orchestrator has done and what its readers do; `timerError` is the code of the timers' last failure. */
export interface OrchestratorStatus extends OrchestratorCounters {
  readers: ReaderStatus[];
  timerError?: string;
}

/** What a saga begins with. `sagaId` is its identity: a second begin of it changes nothing. */
export interface BeginSaga<D> {
  sagaId: string;
  data: D;
  /** A new one unless said. */
  correlationId?: string;
  /** The event that began it. */
  causationId?: string;
  traceparent?: string;
}

/** Runs the sagas of a service. Stopped, it is not started again: create another. */
export interface Orchestrator {
  /** Writes the definitions, joins the groups, watches the timers. @throws MissingTopicsError (see `sagaTopics`). */
  start(): Promise<void>;
  /** Takes nothing new, ends the work in hand, leaves the groups. */
  stop(): Promise<void>;
  status(): OrchestratorStatus;
  /**
   * Begins a saga in the caller's transaction, which also writes its first command to the outbox; works without
   * `start`. Repeating it is safe: the id is the key.
   * @throws RangeError for a definition that the orchestrator was not given, MissingKeyError for an empty id.
   */
  begin<D>(tx: SqlClient, definition: SagaDefinition<D>, saga: BeginSaga<D>): Promise<"begun" | "already">;
}

function byType(sagas: readonly AnySaga[]): Map<string, PlainSaga> {
  const found = new Map(sagas.map(({ plain }) => [plain.type, plain]));
  if (found.size === 0) throw new RangeError("An orchestrator needs a saga");
  if (found.size !== sagas.length) throw new RangeError("Two sagas of one orchestrator have one type");
  return found;
}

function partsOf(options: OrchestratorOptions): OrchestratorParts {
  const { pool, service, log, failpoints = noFailpoints } = options;
  const group = options.group ?? `${service}${SAGA_GROUP_SUFFIX}`;
  const counters = { begun: 0, replies: 0, missed: 0, timers: 0, commands: 0, forged: 0 };
  return { pool, service, group, sagas: byType(options.sagas), log, failpoints, counters };
}

function consumersOf(options: OrchestratorOptions, parts: OrchestratorParts): EventConsumer[] {
  const { kafka, commandKey } = options;
  const { service, group, log, failpoints } = parts;
  const base = { kafka, service, log, failpoints };
  const replies = createConsumer({ ...base, group, handlers: replyHandlers(parts) });
  if (commandKey === undefined) return [replies];
  if (commandKey === "") throw new RangeError("An empty command key signs nothing");
  const handlers = [operatorHandler(parts, commandKey)];
  return [replies, createConsumer({ ...base, group: operatorGroup(group), handlers })];
}

async function beginSaga<D>(
  tx: SqlClient,
  { sagas, counters }: OrchestratorParts,
  { definition, begin }: { definition: SagaDefinition<D>; begin: BeginSaga<D> },
): Promise<"begun" | "already"> {
  const { plain } = definition;
  if (sagas.get(plain.type) !== plain)
    throw new RangeError(`The orchestrator was not given the saga ${plain.type}`);
  const { sagaId, data, correlationId = uuidv7(), causationId, traceparent } = begin;
  if (sagaId === "") throw new MissingKeyError(plain.type);
  const nowAt = await databaseNow(tx);
  const start = { type: plain.type, id: sagaId, data, correlationId, causationId: causationId ?? null };
  const moved = decide(plain, { saga: newSaga(start, nowAt), nowAt }, { kind: "started" });
  if (moved.kind !== "moved") throw new Error(`Saga ${plain.type} did not begin: ${moved.kind}`);
  if (!(await insertSaga(tx, moved.saga))) return "already";
  await writeMove(tx, { plain, moved, cause: { causationId, traceparent }, isNew: true });
  counters.begun++;
  return "begun";
}

/**
 * Creates an orchestrator: a state machine over `saga_*` in the service's own database. A reply, a timer or an
 * operator's command is one transaction: inbox mark, the saga at its version, steps, journal, and the next command
 * through the outbox, which the service's relay sends. Several instances share the work; each may be killed anywhere.
 * @throws RangeError for no saga, two of one type, or an empty command key.
 */
export function createOrchestrator(options: OrchestratorOptions): Orchestrator {
  const parts = partsOf(options);
  const { pool, service, group, log, counters } = parts;
  const consumers = consumersOf(options, parts);
  const timers = new TimerLoop(parts, options.pauseMs ?? 250);
  const stop = async (): Promise<void> => {
    await Promise.allSettled([timers.stop(), ...consumers.map((consumer) => consumer.stop())]);
  };
  return {
    start: async () => {
      await writeDefinitions(pool, [...parts.sagas.values()]);
      try {
        await Promise.all(consumers.map((consumer) => consumer.start()));
      } catch (error) {
        await stop();
        throw error;
      }
      timers.start();
      log.info({ service, group, sagas: [...parts.sagas.keys()] }, "Orchestrator started");
    },
    stop: async () => {
      await stop();
      log.info({ service, group, ...counters }, "Orchestrator stopped");
    },
    status: () => ({
      ...counters,
      readers: consumers.flatMap((consumer) => consumer.status().readers),
      ...(timers.lastError === undefined ? {} : { timerError: timers.lastError }),
    }),
    begin: (tx, definition, begin) => beginSaga(tx, parts, { definition, begin }),
  };
}
