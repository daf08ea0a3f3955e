import { Pool } from "pg";
import { defineEvent, type EventDefinition } from "#kit/event.ts";
import { defineSaga, type SagaDefinition, type SagaStep } from "#kit/saga/definition.ts";
import { installSagaTables } from "#kit/saga/tables.ts";
import { installTables } from "#kit/tables.ts";

/** The parts, one process each: two orchestrators, two members of the participants' group, two relays. */
export const SAGA_PARTS = ["saga-a", "saga-b", "desk-a", "desk-b", "relay-a", "relay-b"] as const;
export type SagaPartName = (typeof SAGA_PARTS)[number];

/** What a part is told through its environment. */
export interface SagaPartSettings {
  part: SagaPartName;
  brokers: string;
  databaseUrl: string;
  prefix: string;
  /** Sagas to begin in all. */
  sagas: number;
  seed: number;
  /** `<failpoint>:<n>`: die at the n-th hit of it. */
  failpoint?: string;
}

/** The steps, in order; the ticket is the pivot, and the mail cannot be undone. */
export const TRIP_STEPS = ["hotel", "train", "ticket", "mail"] as const;
export type TripStep = (typeof TRIP_STEPS)[number];

interface StepEvents {
  command: EventDefinition<unknown>;
  done: EventDefinition<unknown>;
  refused: EventDefinition<unknown>;
  undo: EventDefinition<unknown>;
  undone: EventDefinition<unknown>;
}

/** The data of a trip. */
export interface Trip {
  n: number;
}

/** The events of a step in a round; the prefix keeps rounds apart. */
export function eventsOf(prefix: string, step: TripStep): StepEvents {
  const event = (name: string): EventDefinition<unknown> =>
    defineEvent({ topic: `${prefix}.${step}.${name}`, parse: (value) => value, partitions: 2 });
  return {
    command: event("book"),
    done: event("booked"),
    refused: event("refused"),
    undo: event("release"),
    undone: event("released"),
  };
}

function stepOf(prefix: string, name: TripStep): SagaStep<Trip> {
  const { command, done, refused, undo, undone } = eventsOf(prefix, name);
  const input = ({ n }: Trip): unknown => ({ n, cents: priceOf(n, name) });
  // Short, so that the train's outcome is often unknown when it is compensated: a kill stalls a group for 10 s.
  const retry = { attempts: name === "train" ? 2 : 6, delayMs: 500, factor: 1.5 };
  const back = { command: undo, input, done: undone, timeoutMs: 4_000, retry: { ...retry, attempts: 2 } };
  return {
    ...{ name, service: "desk", command, input, done, refused, retry, timeoutMs: 4_000 },
    pivot: name === "ticket",
    onTimeout: name === "train" ? "compensate" : "park",
    ...(name === "mail" ? {} : { compensation: back }),
  };
}

/** The saga of a round. */
export function tripOf(prefix: string): SagaDefinition<Trip> {
  const parse = (data: unknown): Trip => {
    if (typeof data !== "object" || data === null || !("n" in data) || typeof data.n !== "number")
      throw new TypeError("not a trip");
    return { n: data.n };
  };
  return defineSaga<Trip>({
    ...{ type: "trip", service: "saga", parse },
    steps: TRIP_STEPS.map((name) => stepOf(prefix, name)),
  });
}

/** What a step of a trip costs: different for neighbours, so that a second charge shows in the sum. */
export function priceOf(n: number, step: TripStep): number {
  return 100 + ((n * 7_919 + TRIP_STEPS.indexOf(step) * 131) % 9_973);
}

/** What becomes of a command; `come-late` is done after the command that undoes it. */
export type Fate = "do" | "refuse" | "never-answer" | "answer-the-second" | "lose-the-answers" | "come-late";

/** When a late command is done: the train is given up after 8.5 s. */
export const LATE_MS = 10_500;

/** A seeded number in [0, 1) for a trip and a word. */
function chanceOf(seed: number, n: number, word: string): number {
  let state = seed >>> 0;
  for (const char of `${n}/${word}`) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193) >>> 0;
  state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
  state = Math.imul(state ^ (state >>> 12), 0x297a2d39) >>> 0;
  return ((state ^ (state >>> 15)) >>> 0) / 4_294_967_296;
}

/** The fate of a step's command (`back`: of the one that undoes it), the same in every process of a round. */
export function fateOf(seed: number, n: number, what: { step: TripStep; back: boolean }): Fate {
  const chance = chanceOf(seed, n, `${what.step}${what.back ? "/undo" : ""}`);
  if (what.back) return chance < 0.1 ? "never-answer" : chance < 0.25 ? "answer-the-second" : "do";
  if (chance < 0.12) return "refuse";
  if (what.step === "train" && chance > 0.97) return "come-late";
  if (what.step === "train" && chance > 0.94) return "lose-the-answers";
  return chance < 0.2 ? "answer-the-second" : "do";
}

/** A pool on the round's database. */
export function roundPool(databaseUrl: string): Pool {
  const pool = new Pool({ connectionString: databaseUrl, max: 8, options: "-c statement_timeout=20000" });
  pool.on("error", () => undefined);
  return pool;
}

/** The group of the participants. */
export const deskGroup = (prefix: string): string => `${prefix}-desk`;
/** The group of the orchestrators. */
export const sagaGroup = (prefix: string): string => `${prefix}-saga`;

/** Makes the tables. Nothing in them forbids a second effect: only the inbox does. */
export async function installSagaModel(databaseUrl: string): Promise<void> {
  const pool = roundPool(databaseUrl);
  try {
    await installTables(pool);
    await installSagaTables(pool);
    await pool.query(`
      CREATE TABLE effect (n int NOT NULL, step text NOT NULL, kind text NOT NULL, cents int NOT NULL);
      CREATE INDEX effect_of ON effect (n, step);
      CREATE TABLE till (step text PRIMARY KEY, balance_cents bigint NOT NULL DEFAULT 0, sold int NOT NULL DEFAULT 0);
      INSERT INTO till (step) SELECT unnest(ARRAY['hotel', 'train', 'ticket', 'mail']);
      CREATE TABLE seen (command text NOT NULL)`);
  } finally {
    await pool.end();
  }
}
