import { updateVersioned } from "../idempotency/version.ts";
import type { SqlClient } from "../sql-client.ts";
import type { PlainSaga } from "./definition.ts";
import type { ParkedWhy, Saga, SagaState, StepRow, StepState } from "./saga.ts";

/** Which saga. */
export interface SagaAddress {
  readonly type: string;
  readonly id: string;
}

interface InstanceRow {
  state: SagaState;
  parked: ParkedWhy | null;
  parked_reason: string | null;
  version: string;
  step: string | null;
  data: unknown;
  correlation_id: string;
  causation_id: string | null;
  started_at: Date;
  updated_at: Date;
  ended_at: Date | null;
  wake_at: Date | null;
}

interface StepRecord {
  position: number;
  step: string;
  service: string;
  state: StepState;
  generation: number;
  attempts: number;
  compensation_attempts: number;
  pivot: boolean;
  command_topic: string;
  command_key: string | null;
  command_id: string | null;
  sent_at: Date | null;
  due_at: Date | null;
  ended_at: Date | null;
  input: unknown;
  output: unknown;
  error: string | null;
}

/** The database's clock, epoch ms: the only one that timers and expiries are measured by. */
export async function databaseNow(tx: SqlClient): Promise<number> {
  const { rows } = await tx.query("SELECT clock_timestamp() AS now");
  const row = rows[0] as { now: Date } | undefined;
  if (!row) throw new Error("The database did not tell the time");
  return row.now.getTime();
}

/** A saga whose row is locked until the transaction ends, and the database's clock since then, epoch ms. */
export interface LockedSaga {
  readonly saga: Saga;
  readonly nowAt: number;
}

/** Reads a saga and locks it; undefined where there is none. */
export function lockSaga(tx: SqlClient, address: SagaAddress): Promise<LockedSaga | undefined> {
  return readSaga(tx, address, "FOR UPDATE");
}

/** Locks a saga whose timer is due, unless another instance has it or acted first. */
export function lockDueSaga(tx: SqlClient, address: SagaAddress): Promise<LockedSaga | undefined> {
  return readSaga(tx, address, "AND wake_at <= clock_timestamp() FOR UPDATE SKIP LOCKED");
}

async function readSaga(
  tx: SqlClient,
  { type, id }: SagaAddress,
  lock: string,
): Promise<LockedSaga | undefined> {
  const found = await tx.query(
    `SELECT state, parked, parked_reason, version, step, data, correlation_id, causation_id, started_at, updated_at,
            ended_at, wake_at
     FROM saga_instance WHERE saga_type = $1 AND saga_id = $2 ${lock}`,
    [type, id],
  );
  const row = found.rows[0] as InstanceRow | undefined;
  if (!row) return undefined;
  const steps = await tx.query(
    `SELECT position, step, service, state, generation, attempts, compensation_attempts, pivot, command_topic,
            command_key, command_id, sent_at, due_at, ended_at, input, output, error
     FROM saga_step WHERE saga_type = $1 AND saga_id = $2 ORDER BY position`,
    [type, id],
  );
  const saga = sagaOf({ type, id }, row, (steps.rows as StepRecord[]).map(stepOf));
  return { saga, nowAt: await databaseNow(tx) };
}

function sagaOf({ type, id }: SagaAddress, row: InstanceRow, steps: StepRow[]): Saga {
  return {
    type,
    id,
    state: row.state,
    parked: row.parked,
    parkedReason: row.parked_reason,
    version: Number(row.version),
    step: row.step,
    data: row.data,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    startedAt: row.started_at.getTime(),
    updatedAt: row.updated_at.getTime(),
    endedAt: msOf(row.ended_at),
    wakeAt: msOf(row.wake_at),
    steps,
  };
}

function stepOf(record: StepRecord): StepRow {
  const { position, step, service, state, generation, attempts, pivot, input, output, error } = record;
  return {
    ...{ position, step, service, state, generation, attempts, pivot, input, output, error },
    compensationAttempts: record.compensation_attempts,
    commandTopic: record.command_topic,
    commandKey: record.command_key,
    commandId: record.command_id,
    sentAt: msOf(record.sent_at),
    dueAt: msOf(record.due_at),
    endedAt: msOf(record.ended_at),
  };
}

const msOf = (instant: Date | null): number | null => instant?.getTime() ?? null;
const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));
const jsonOf = (value: unknown): string => JSON.stringify(value ?? null);
/** SQL NULL for null: an absent input, output or data of an entry. */
const jsonOrNull = (value: unknown): string | null => (value === null ? null : jsonOf(value));

/** Writes a saga that begins; false where there is one of its id. */
export async function insertSaga(tx: SqlClient, saga: Saga): Promise<boolean> {
  const done = await tx.query(
    `INSERT INTO saga_instance (saga_type, saga_id, version, state, parked, parked_reason, step, data, updated_at,
       ended_at, wake_at, correlation_id, causation_id, started_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     ON CONFLICT (saga_type, saga_id) DO NOTHING`,
    [...changingValues(saga), saga.correlationId, saga.causationId, dateOf(saga.startedAt)],
  );
  return done.rowCount === 1;
}

/**
 * Writes a saga that moved, where it is still at the version before.
 * @throws VersionConflictError where it is not.
 */
export async function updateSaga(tx: SqlClient, saga: Saga): Promise<void> {
  const expectedVersion = saga.version - 1;
  await updateVersioned(tx, {
    what: `Saga ${saga.type}/${saga.id}`,
    sql: `UPDATE saga_instance SET version = $3, state = $4, parked = $5, parked_reason = $6, step = $7, data = $8,
            updated_at = $9, ended_at = $10, wake_at = $11
          WHERE saga_type = $1 AND saga_id = $2 AND version = $12`,
    values: [...changingValues(saga), expectedVersion],
    expectedVersion,
  });
}

function changingValues(saga: Saga): unknown[] {
  const { type, id, version, state, parked, parkedReason, step, data, updatedAt, endedAt, wakeAt } = saga;
  const instants = [updatedAt, endedAt, wakeAt].map(dateOf);
  return [type, id, version, state, parked, parkedReason, step, jsonOf(data), ...instants];
}

const UPSERT_STEP = `
  INSERT INTO saga_step (saga_type, saga_id, position, step, service, state, generation, attempts,
    compensation_attempts, pivot, command_topic, command_key, command_id, sent_at, due_at, ended_at, input, output, error)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)
  ON CONFLICT (saga_type, saga_id, position) DO UPDATE SET
    state = EXCLUDED.state, generation = EXCLUDED.generation, attempts = EXCLUDED.attempts,
    compensation_attempts = EXCLUDED.compensation_attempts, command_topic = EXCLUDED.command_topic,
    command_key = EXCLUDED.command_key, command_id = EXCLUDED.command_id, sent_at = EXCLUDED.sent_at,
    due_at = EXCLUDED.due_at, ended_at = EXCLUDED.ended_at, input = EXCLUDED.input, output = EXCLUDED.output,
    error = EXCLUDED.error`;

/** Writes the rows of steps that changed. */
export async function writeSteps(
  tx: SqlClient,
  { type, id }: SagaAddress,
  steps: readonly StepRow[],
): Promise<void> {
  for (const row of steps) {
    const { position, step, service, state, generation, attempts, compensationAttempts, pivot } = row;
    const { commandTopic, commandKey, commandId, input, output, error } = row;
    const instants = [row.sentAt, row.dueAt, row.endedAt].map(dateOf);
    await tx.query(UPSERT_STEP, [
      ...[type, id, position, step, service, state, generation, attempts, compensationAttempts, pivot],
      ...[commandTopic, commandKey, commandId, ...instants, jsonOrNull(input), jsonOrNull(output), error],
    ]);
  }
}

/** Sagas of these types whose timer is due, the longest due first; `except` is left out. */
export async function dueSagas(
  client: SqlClient,
  { types, except, limit }: { types: readonly string[]; except: readonly SagaAddress[]; limit: number },
): Promise<SagaAddress[]> {
  const { rows } = await client.query(
    `SELECT saga_type AS type, saga_id AS id FROM saga_instance
     WHERE wake_at <= clock_timestamp() AND saga_type = ANY($1::text[])
       AND NOT EXISTS (SELECT 1 FROM unnest($2::text[], $3::text[]) AS e(type, id)
                       WHERE e.type = saga_type AND e.id = saga_id)
     ORDER BY wake_at LIMIT $4`,
    [types, except.map(({ type }) => type), except.map(({ id }) => id), limit],
  );
  return rows as SagaAddress[];
}

/** The saga and the key of the command with an event id, where it is the latest of its step. */
export async function findCommand(
  client: SqlClient,
  commandId: string,
): Promise<(SagaAddress & { commandKey: string }) | undefined> {
  const { rows } = await client.query(
    `SELECT saga_type AS type, saga_id AS id, command_key AS "commandKey" FROM saga_step
     WHERE command_id = $1 AND command_key IS NOT NULL`,
    [commandId],
  );
  return rows[0] as (SagaAddress & { commandKey: string }) | undefined;
}

/** Writes the definitions of sagas as data, for whoever draws them. */
export async function writeDefinitions(client: SqlClient, sagas: readonly PlainSaga[]): Promise<void> {
  for (const { type, service, steps } of sagas) {
    const rows = steps.map((step) => ({
      name: step.name,
      service: step.service,
      command: step.command.topic,
      replies: [step.done, step.refused].flatMap((event) => (event ? [event.topic] : [])),
      timeoutMs: step.timeoutMs,
      attempts: step.retry.attempts,
      compensation: step.compensation?.command.topic ?? null,
      pivot: step.pivot,
    }));
    await client.query(
      `INSERT INTO saga_definition (saga_type, service, steps) VALUES ($1, $2, $3)
       ON CONFLICT (saga_type) DO UPDATE
       SET service = EXCLUDED.service, steps = EXCLUDED.steps, defined_at = clock_timestamp()`,
      [type, service, JSON.stringify(rows)],
    );
  }
}
