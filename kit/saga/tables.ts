import type { SqlClient } from "../sql-client.ts";

/**
 * The tables of sagas, for the migrations of the service that orchestrates; beside the kit's own ({@link
 * installTables}). Unqualified: they land in the first schema of the search path. Running it again changes nothing.
 *
 * - `saga_definition`: the steps of a type as JSON, `[{name, service, command, replies, timeoutMs, attempts,
 *   compensation, pivot}]`, written at start.
 * - `saga_instance`: where each saga stands. `version` counts its changes; whoever writes compares it. `parked` says
 *   that an operator moves it, or a late answer; `wake_at` is its next timer.
 * - `saga_step`: each step of a saga by its position, from 0; a row from its first command on. `generation` is the n
 *   of the command's key: it rises after a refusal. `command_*`, `sent_at` and `due_at` are of its latest command,
 *   forward or back; `command_key` is null after a refusal (nothing is to be undone), `due_at` while a resend waits.
 * - `saga_journal`: what happened, in order; `data` is the saga's data after it, absent where it did not change.
 */
export const SAGA_TABLES_SQL = `
SELECT pg_advisory_xact_lock(hashtextextended('sluice-kit-saga-tables', 0));
CREATE TABLE IF NOT EXISTS saga_definition (
  saga_type text PRIMARY KEY,
  service text NOT NULL,
  steps jsonb NOT NULL,
  defined_at timestamptz(3) NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE IF NOT EXISTS saga_instance (
  saga_type text NOT NULL,
  saga_id text NOT NULL,
  state text NOT NULL CHECK (state IN ('running', 'compensating', 'completed', 'compensated', 'failed')),
  parked text CHECK (parked IN ('timeout', 'refused', 'compensation_failed')),
  parked_reason text,
  version bigint NOT NULL,
  step text,
  data jsonb NOT NULL,
  correlation_id text NOT NULL,
  causation_id text,
  started_at timestamptz(3) NOT NULL,
  updated_at timestamptz(3) NOT NULL,
  ended_at timestamptz(3),
  wake_at timestamptz(3),
  PRIMARY KEY (saga_type, saga_id)
);
CREATE INDEX IF NOT EXISTS saga_instance_newest ON saga_instance (updated_at DESC, saga_type, saga_id);
CREATE INDEX IF NOT EXISTS saga_instance_type ON saga_instance (saga_type, updated_at DESC, saga_id);
CREATE INDEX IF NOT EXISTS saga_instance_state ON saga_instance (state, updated_at DESC, saga_type, saga_id);
CREATE INDEX IF NOT EXISTS saga_instance_type_state ON saga_instance (saga_type, state, updated_at DESC, saga_id);
CREATE INDEX IF NOT EXISTS saga_instance_open ON saga_instance (updated_at DESC, saga_type, saga_id)
  WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS saga_instance_parked ON saga_instance (updated_at DESC, saga_type, saga_id)
  WHERE parked IS NOT NULL;
CREATE INDEX IF NOT EXISTS saga_instance_step ON saga_instance (step, updated_at DESC, saga_type, saga_id)
  WHERE step IS NOT NULL;
CREATE INDEX IF NOT EXISTS saga_instance_correlation ON saga_instance (correlation_id);
CREATE INDEX IF NOT EXISTS saga_instance_wake ON saga_instance (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS saga_instance_long ON saga_instance (updated_at DESC, saga_type, saga_id)
  WHERE updated_at - started_at > interval '1 hour';
CREATE TABLE IF NOT EXISTS saga_step (
  saga_type text NOT NULL,
  saga_id text NOT NULL,
  position smallint NOT NULL,
  step text NOT NULL,
  service text NOT NULL,
  state text NOT NULL CHECK (state IN
    ('sent', 'done', 'failed', 'skipped', 'compensating', 'compensated', 'compensation_failed')),
  generation integer NOT NULL DEFAULT 1,
  attempts integer NOT NULL DEFAULT 0,
  compensation_attempts integer NOT NULL DEFAULT 0,
  pivot boolean NOT NULL DEFAULT false,
  command_topic text NOT NULL,
  command_key text,
  command_id uuid,
  sent_at timestamptz(3),
  due_at timestamptz(3),
  ended_at timestamptz(3),
  input jsonb,
  output jsonb,
  error text,
  PRIMARY KEY (saga_type, saga_id, position)
);
CREATE INDEX IF NOT EXISTS saga_step_command ON saga_step (command_id) WHERE command_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS saga_step_resent ON saga_step (saga_type, saga_id)
  WHERE (state = 'sent' AND attempts > 1) OR (state = 'compensating' AND compensation_attempts > 1);
CREATE TABLE IF NOT EXISTS saga_journal (
  seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  saga_type text NOT NULL,
  saga_id text NOT NULL,
  version bigint NOT NULL,
  at timestamptz(3) NOT NULL DEFAULT clock_timestamp(),
  kind text NOT NULL CHECK (kind IN
    ('started', 'command-sent', 'reply', 'refused', 'timeout', 'compensation-sent', 'compensated', 'duplicate', 'late',
     'parked', 'operator', 'ended')),
  step text,
  topic text,
  event_id text,
  data jsonb,
  detail text,
  actor text
);
CREATE INDEX IF NOT EXISTS saga_journal_saga ON saga_journal (saga_type, saga_id, seq);
`;

/** Creates the tables of sagas where they are missing; a service that owns migrations copies {@link SAGA_TABLES_SQL}. */
export async function installSagaTables(client: SqlClient): Promise<void> {
  await client.query(SAGA_TABLES_SQL);
}
