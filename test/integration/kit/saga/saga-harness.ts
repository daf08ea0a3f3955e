import { randomBytes } from "node:crypto";
import { Pool } from "pg";
import { createConsumer, handle, type Handler } from "#kit/consumer.ts";
import { defineEvent, type EventDefinition } from "#kit/event.ts";
import { createRelay, type Relay } from "#kit/relay.ts";
import { defineSaga, type SagaDefinition, type SagaStep } from "#kit/saga/definition.ts";
import { createOrchestrator, type Orchestrator } from "#kit/saga/orchestrator.ts";
import { answerOnce } from "#kit/saga/participant.ts";
import { installSagaTables } from "#kit/saga/tables.ts";
import { sagaTopics } from "#kit/saga/topics.ts";
import { installTables } from "#kit/tables.ts";
import { ensureTopics } from "#kit/topics.ts";
import { inTransaction } from "#kit/transaction.ts";
import { kitKafka, testLog } from "#test/integration/kit/kit-harness.ts";
import { emptyDatabase } from "#test/support/database.ts";
import { topicPrefix } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";

/** The steps of the trip, in order; the ticket is the pivot, and the mail cannot be undone. */
const STEPS = ["hotel", "train", "ticket", "mail"] as const;
export type StepName = (typeof STEPS)[number];

/** The key that these tests share with the console they play. */
export const COMMAND_KEY = "a key of these tests";

/** A saga that has not moved for so long waits for a timer. */
const STILL_MS = 600;

/** Longer than a test takes: timers come when the test passes the time. */
export const TIMEOUT_MS = 30_000;

/**
 * What a participant does with the next command of a step: does it, refuses it, does not answer, or does it and its
 * answer is lost.
 */
export type Mode = "do" | "refuse" | "stay-silent" | "lose-the-answer";

export interface Trip {
  trip: string;
  seats: string[];
}

/** A row of `effect`: nothing in the table forbids a second one. */
interface Effect {
  step: string;
  kind: "done" | "undone";
}

/** A row of `saga_instance` as these tests look at it. */
export interface InstanceRow {
  state: string;
  parked: string | null;
  version: number;
  step: string | null;
}

interface StepEvents {
  command: EventDefinition<unknown>;
  done: EventDefinition<unknown>;
  refused: EventDefinition<unknown>;
  undo: EventDefinition<unknown>;
  undone: EventDefinition<unknown>;
}

/** A saga of four steps with its participants, a relay and a database whose clock the test sets. */
export class SagaHarness {
  readonly service = `trips${randomBytes(3).toString("hex")}`;
  readonly kafka = kitKafka("saga-test");
  readonly trip: SagaDefinition<Trip>;
  readonly #events: ReadonlyMap<StepName, StepEvents>;
  readonly #modes = new Map<string, Mode[]>();
  readonly #stops: (() => Promise<unknown>)[] = [];
  #pool: Pool | undefined;

  constructor(prefix = topicPrefix()) {
    const event = (name: string): EventDefinition<unknown> =>
      defineEvent({ topic: `${prefix}.${name}`, parse: (value) => value, partitions: 3 });
    this.#events = new Map(
      STEPS.map((step) => [
        step,
        {
          command: event(`${step}.book`),
          done: event(`${step}.booked`),
          refused: event(`${step}.refused`),
          undo: event(`${step}.release`),
          undone: event(`${step}.released`),
        },
      ]),
    );
    this.trip = defineSaga<Trip>({
      type: "trip",
      service: this.service,
      parse: (data) => data as Trip,
      steps: STEPS.map((step) => this.#stepOf(step)),
    });
  }

  get pool(): Pool {
    if (!this.#pool) throw new Error("start the harness first");
    return this.#pool;
  }

  events(step: StepName): StepEvents {
    const events = this.#events.get(step);
    if (!events) throw new Error(`no step ${step}`);
    return events;
  }

  #stepOf(step: StepName): SagaStep<Trip> {
    const { command, done, refused, undo, undone } = this.events(step);
    const back = { command: undo, input: (data: Trip) => ({ trip: data.trip }), done: undone };
    const compensation = { ...back, timeoutMs: TIMEOUT_MS };
    return {
      ...{ name: step, service: `${step}s`, command, done, refused, pivot: step === "ticket" },
      timeoutMs: TIMEOUT_MS,
      input: ({ trip }) => ({ trip }),
      merge: (data) => ({ ...data, seats: [...data.seats, step] }),
      ...(step === "mail" ? {} : { compensation }),
    };
  }

  /** Makes the database and the topics, and starts the relay and the participants; no orchestrator yet. */
  async start(): Promise<void> {
    const database = await emptyDatabase();
    this.#pool = await shiftedPool(database.url);
    this.#stops.push(() => this.pool.end().then(() => database.drop()));
    await installTables(this.pool);
    await installSagaTables(this.pool);
    await this.pool.query("CREATE TABLE effect (seq serial, saga_id text, step text, kind text)");
    const group = `${this.service}-participants`;
    const handlers = STEPS.flatMap((step) => this.#handlersOf(step, group));
    const admin = this.kafka.admin();
    await admin.connect();
    const { events, consumers } = sagaTopics({ service: this.service, sagas: [this.trip], operators: true });
    const participants = { group, events: handlers.map((handler) => handler.event) };
    await ensureTopics({ admin, events, consumers: [...consumers, participants] });
    await admin.disconnect();
    const relay = this.#relay();
    await relay.start();
    const base = { kafka: this.kafka, service: this.service, log: testLog };
    const consumer = createConsumer({ ...base, group, handlers });
    await consumer.start();
    this.#stops.push(
      () => consumer.stop(),
      () => relay.stop(),
    );
  }

  #relay(): Relay {
    const { pool, kafka, service } = this;
    return createRelay({ pool, kafka, service, holder: "relay", log: testLog, pollMs: 20, leaseMs: 5_000 });
  }

  #handlersOf(step: StepName, group: string): Handler[] {
    const { command, done, refused, undo, undone } = this.events(step);
    const forward = handle(command, async (message) => {
      const mode = this.#modes.get(`${message.key ?? ""}/${step}`)?.shift() ?? "do";
      if (mode === "stay-silent") return;
      await inTransaction(this.pool, async (tx) => {
        const about = { group, service: `${step}s`, aggregateType: step, message };
        await answerOnce(tx, about, async () => {
          if (mode === "refuse") return { event: refused, payload: { reason: `no ${step} left` } };
          await tx.query("INSERT INTO effect (saga_id, step, kind) VALUES ($1, $2, 'done')", [
            message.key,
            step,
          ]);
          return { event: done, payload: { booked: step } };
        });
        if (mode === "lose-the-answer")
          await tx.query("DELETE FROM outbox WHERE topic = $1 AND aggregateid = $2", [
            done.topic,
            message.key,
          ]);
      });
    });
    if (step === "mail") return [forward];
    const back = handle(undo, async (message) => {
      const mode = this.#modes.get(`${message.key ?? ""}/${step}/undo`)?.shift() ?? "do";
      if (mode === "stay-silent") return;
      await inTransaction(this.pool, async (tx) => {
        await answerOnce(tx, { group, service: `${step}s`, aggregateType: step, message }, async () => {
          const sql = "INSERT INTO effect (saga_id, step, kind) VALUES ($1, $2, 'undone')";
          await tx.query(sql, [message.key, step]);
          return { event: undone, payload: {} };
        });
      });
    });
    return [forward, back];
  }

  /** Tells what participants do with the next commands of a saga: `{"t-1/hotel": ["refuse"]}`, `/undo` for those back. */
  behave(modes: Record<string, Mode[]>): void {
    for (const [what, next] of Object.entries(modes)) this.#modes.set(what, [...next]);
  }

  /** An orchestrator of the service, not started. */
  orchestrator(): Orchestrator {
    const { pool, kafka, service, trip } = this;
    const options = {
      pool,
      kafka,
      service,
      sagas: [trip],
      log: testLog,
      commandKey: COMMAND_KEY,
      pauseMs: 20,
    };
    const orchestrator = createOrchestrator(options);
    this.#stops.push(() => orchestrator.stop());
    return orchestrator;
  }

  begin(orchestrator: Orchestrator, sagaId: string): Promise<"begun" | "already"> {
    return inTransaction(this.pool, (tx) =>
      orchestrator.begin(tx, this.trip, { sagaId, data: { trip: sagaId, seats: [] } }),
    );
  }

  /** Puts the database's clock forward. */
  async passTime(ms: number): Promise<void> {
    await this.pool.query(
      "UPDATE shifted.clock SET ahead = ahead + make_interval(secs => $1::float8 / 1000)",
      [ms],
    );
  }

  async instance(sagaId: string): Promise<InstanceRow> {
    const { rows } = await this.pool.query(
      "SELECT state, parked, version::int AS version, step FROM saga_instance WHERE saga_id = $1",
      [sagaId],
    );
    return rows[0] as InstanceRow;
  }

  /** Waits until a saga stands so. */
  async untilStands(sagaId: string, wanted: Partial<InstanceRow>): Promise<InstanceRow> {
    return until(
      async () => {
        const row = await this.instance(sagaId);
        return isStanding(row, wanted) ? row : undefined;
      },
      { limitMs: 30_000, what: `${sagaId} to be ${JSON.stringify(wanted)}` },
    );
  }

  /** Until a saga stands so, passes the time to its next timer whenever it has not moved for a while. */
  async passTimersUntil(sagaId: string, wanted: Partial<InstanceRow>): Promise<InstanceRow> {
    let version = -1;
    let movedAt = 0;
    return until(
      async () => {
        const row = await this.instance(sagaId);
        if (isStanding(row, wanted)) return row;
        if (row.version !== version) {
          version = row.version;
          movedAt = performance.now();
        } else if (performance.now() - movedAt > STILL_MS) {
          await this.pool.query(
            `UPDATE shifted.clock SET ahead = ahead + greatest('0',
               (SELECT wake_at - clock_timestamp() FROM saga_instance WHERE saga_id = $1))`,
            [sagaId],
          );
          movedAt = performance.now();
        }
        return undefined;
      },
      { limitMs: 45_000, everyMs: 40, what: `${sagaId} to be ${JSON.stringify(wanted)}` },
    );
  }

  async effects(sagaId: string): Promise<string[]> {
    const { rows } = await this.pool.query("SELECT step, kind FROM effect WHERE saga_id = $1 ORDER BY seq", [
      sagaId,
    ]);
    return (rows as Effect[]).map(({ step, kind }) => `${step} ${kind}`);
  }

  async journal(sagaId: string): Promise<{ kind: string; step: string | null; detail: string | null }[]> {
    const { rows } = await this.pool.query(
      "SELECT kind, step, detail FROM saga_journal WHERE saga_id = $1 ORDER BY seq",
      [sagaId],
    );
    return rows as { kind: string; step: string | null; detail: string | null }[];
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) await stop();
  }
}

function isStanding(row: InstanceRow, wanted: Partial<InstanceRow>): boolean {
  return Object.entries(wanted).every(([name, value]) => row[name as keyof InstanceRow] === value);
}

/** A pool in which `clock_timestamp()` is the server's plus what `shifted.clock` says. */
async function shiftedPool(url: string): Promise<Pool> {
  const admin = new Pool({ connectionString: url, max: 1 });
  await admin.query(`
    CREATE SCHEMA shifted;
    CREATE TABLE shifted.clock (ahead interval NOT NULL);
    INSERT INTO shifted.clock VALUES ('0');
    CREATE FUNCTION shifted.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
      AS 'SELECT pg_catalog.clock_timestamp() + ahead FROM shifted.clock'`);
  await admin.end();
  const pool = new Pool({
    connectionString: url,
    max: 14,
    options: "-c search_path=shifted,pg_catalog,public",
  });
  pool.on("error", () => undefined);
  return pool;
}
