import { randomUUID } from "node:crypto";
import { v7 } from "uuid";
import { openDb, type Db } from "#lib/adapters/db/db.ts";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { openSagaSources } from "#lib/adapters/tables/sagas/open-sources.ts";
import {
  COMMAND_RESULT_TOPIC,
  type CommandState,
  type SagaCommandRecord,
} from "#lib/domain/sagas/saga-command.ts";
import { sagaIdOf, type Saga, type SagaCommand } from "#lib/domain/sagas/saga.ts";
import { makeLog } from "#lib/log.ts";
import type { Ctx } from "#lib/services/ctx.ts";
import { commandTarget } from "#lib/services/sagas/command-target.ts";
import { giveUpCommands } from "#lib/services/sagas/give-up-commands.ts";
import { sendSagaCommand } from "#lib/services/sagas/send-saga-command.ts";
import { keepLease } from "#lib/worker/keep-lease.ts";
import { readResults } from "#lib/worker/loops/read-command-results.ts";
import type { Orchestrator } from "#kit/saga/orchestrator.ts";
import { COMMAND_KEY, SagaHarness, type StepName } from "#test/integration/kit/saga/saga-harness.ts";
import { cloneDatabase } from "#test/support/database.ts";
import { testJobTools } from "#test/support/job-tools.ts";
import { testStack } from "#test/support/stack.ts";
import { testSagaTools } from "#test/support/saga-tools.ts";
import { until } from "#test/support/until.ts";

export const CLUSTER = "test";
const SOURCE = "trips";
const ANSWER_LIMIT_MS = 20_000;

/** What an operator asks for, with the version that they saw unless one is given. */
interface Asked {
  command: SagaCommand;
  step?: string | null;
  input?: unknown;
  typed?: string;
  expectedVersion?: number;
}

/** The kit's orchestrator with its participants, and the console's services and loop of answers over them. */
export interface CommandBench {
  harness: SagaHarness;
  ctx: Ctx;
  db: Db;
  kafka: KafkaCluster;
  /** The console's id of a saga. */
  idOf: (sagaId: string) => string;
  saga: (sagaId: string) => Promise<Saga>;
  /** The orchestrator that runs now; null while none does. */
  startOrchestrator: () => Promise<Orchestrator>;
  stopOrchestrator: () => Promise<void>;
  /** Begins sagas of which one step's participant stays silent, and waits until each is parked there. */
  park: (step: StepName, ...sagaIds: string[]) => Promise<void>;
  /** Begins a saga of which one step behind the pivot is refused, and waits until it is parked there. */
  refuse: (step: StepName, sagaId: string) => Promise<void>;
  send: (sagaId: string, asked: Asked, change?: Partial<Ctx>) => Promise<SagaCommandRecord>;
  /** Waits until a command has a state. */
  reach: (id: string, state: CommandState) => Promise<SagaCommandRecord>;
  /** Lets time pass on the console's clock alone, ms. */
  pass: (ms: number) => void;
  /** Waits until all answers that are written now are read. */
  untilRead: () => Promise<void>;
  /** One round of what the worker does with commands that nobody answered. */
  giveUp: () => Promise<number>;
  close: () => Promise<void>;
}

/** openCommandBench opens one; the orchestrator runs. */
export async function openCommandBench(): Promise<CommandBench> {
  const harness = new SagaHarness();
  await harness.start();
  const database = await cloneDatabase();
  const log = makeLog("test", "error");
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const db = openDb({ url: database.url, applicationName: "test", poolSize: 6, now, log });
  const bootstrap = testStack().kafkaBrokers.split(",");
  const kafka = openKafkaCluster({ bootstrap, clientId: "sluice-test", tls: null, sasl: null, now });
  const url = urlOf(harness);
  const sources = openSagaSources({
    databases: [{ id: SOURCE, url, cluster: CLUSTER, sagas: [{ preset: "kit", schema: "shifted" }] }],
    ...{ refusal: () => null, now, log },
  });
  const ctx: Ctx = {
    actor: {
      ...{ kind: "user", userId: randomUUID(), email: "ana@example.com", name: "Ana", role: "operator" },
      sessionId: randomUUID(),
    },
    ...{ now, log, db, requestId: "test", newId: () => v7(), signal: new AbortController().signal },
    clusters: [{ id: CLUSTER, name: "Test", color: null, readOnly: false }],
    kafka: () => kafka,
    jobs: testJobTools(),
    sagas: testSagaTools({ sources, commandKey: COMMAND_KEY }),
  };
  const ended = new AbortController();
  const reading = keepLease(
    {
      ...{ db, name: "saga-results:test", holder: randomUUID(), log, signal: ended.signal },
      times: { ttlMs: 4_000, renewMs: 1_000, contendMs: 200 },
    },
    (lease, held) =>
      readResults({ cluster: CLUSTER, kafka, db, now, log, beatMs: 100, idleEveryMs: 100 }, lease, held),
  );
  const idOf = (sagaId: string): string => sagaIdOf(SOURCE, "trip", sagaId);
  const saga = async (sagaId: string): Promise<Saga> => (await commandTarget(ctx, idOf(sagaId))).saga;
  let running: Orchestrator | null = null;
  const startOrchestrator = async (): Promise<Orchestrator> => {
    running ??= harness.orchestrator();
    await running.start();
    return running;
  };
  await startOrchestrator();
  return {
    ...{ harness, ctx, db, kafka, idOf, saga, startOrchestrator },
    async stopOrchestrator() {
      await running?.stop();
      running = null;
    },
    async park(step, ...sagaIds) {
      const orchestrator = running;
      if (orchestrator === null) throw new Error("start the orchestrator first");
      for (const sagaId of sagaIds) {
        harness.behave({ [`${sagaId}/${step}`]: ["stay-silent", "stay-silent", "stay-silent"] });
        await harness.begin(orchestrator, sagaId);
      }
      for (const sagaId of sagaIds) await harness.passTimersUntil(sagaId, { parked: "timeout", step });
      // The service's clock is ahead now: the console's goes with it, or every command comes too late.
      ahead = await aheadOf(harness);
    },
    async refuse(step, sagaId) {
      if (running === null) throw new Error("start the orchestrator first");
      harness.behave({ [`${sagaId}/${step}`]: ["refuse"] });
      await harness.begin(running, sagaId);
      await harness.untilStands(sagaId, { parked: "refused", step });
    },
    send: async (sagaId, { step = null, expectedVersion, ...asked }, change = {}) =>
      sendSagaCommand(
        { ...ctx, ...change },
        {
          params: { id: idOf(sagaId) },
          query: {},
          body: {
            ...{ step, reason: "a test", ...asked },
            expectedVersion: expectedVersion ?? (await saga(sagaId)).version ?? -1,
          },
        },
      ),
    reach: (id, state) =>
      until(
        async () => {
          const row = await db.sagaCommands.get(id);
          return row?.state === state ? row : undefined;
        },
        { limitMs: ANSWER_LIMIT_MS, what: `the command ${id} to be ${state}` },
      ),
    pass: (ms) => {
      ahead += ms;
    },
    untilRead: () => untilRead(db, kafka),
    giveUp: () => giveUpCommands({ db, now, log, guard: () => Promise.resolve() }),
    async close() {
      ended.abort();
      await reading;
      await kafka.close();
      await Promise.all(sources.map((source) => source.close()));
      await db.close();
      await database.drop();
      await harness.stop();
    },
  };
}

async function untilRead(db: Db, kafka: KafkaCluster): Promise<void> {
  const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
  const { partitions } = await kafka.reader.offsets([COMMAND_RESULT_TOPIC], signal);
  await until(
    async () => {
      const read = await db.sagaCommandResults.positions(CLUSTER);
      return partitions.every(
        ({ partition, topicId, logStart, logEnd }) =>
          logEnd === logStart ||
          read.some(
            (each) => each.partition === partition && each.topicId === topicId && each.nextOffset >= logEnd,
          ),
      );
    },
    { limitMs: ANSWER_LIMIT_MS, what: "the answers to be read" },
  );
}

const urlOf = ({ pool }: SagaHarness): string => {
  const { connectionString } = (pool as unknown as { options: { connectionString?: string } }).options;
  if (connectionString === undefined) throw new Error("The harness's pool tells no URL.");
  return connectionString;
};

async function aheadOf({ pool }: SagaHarness): Promise<number> {
  const { rows } = await pool.query<{ ms: string }>(
    "SELECT (extract(epoch FROM ahead) * 1000)::bigint AS ms FROM shifted.clock",
  );
  return Number(rows[0]?.ms ?? 0);
}
