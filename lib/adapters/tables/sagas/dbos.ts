import { foreignSource, jsonOf } from "#lib/adapters/tables/sagas/foreign.ts";
import type { ForeignDetails, ForeignShape } from "#lib/adapters/tables/sagas/foreign-shape.ts";
import type { StepFigureRow } from "#lib/adapters/tables/sagas/kit-figures.sql.ts";
import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { SagaTables } from "#lib/adapters/tables/sagas/saga-tables.ts";
import type { DefinedStep } from "#lib/domain/sagas/saga-definition.ts";
import type { SagaEntry, SagaStep } from "#lib/domain/sagas/saga.ts";

const time = (ms: string): string => `to_timestamp(${ms} / 1000.0)`;
/** What is waiting after the time that DBOS was told is nobody's work any more. */
const GRACE = "interval '10 seconds'";

/**
 * A row of `workflow_status`. DBOS has no compensation; it gives a workflow up that it recovered too often, and leaves
 * one alone whose deadline has passed while no executor runs.
 */
const columns = (now: string): string => `
  w.name AS saga_type, w.workflow_uuid AS saga_id,
  CASE WHEN w.status = 'SUCCESS' THEN 'completed'
    WHEN w.status IN ('ERROR', 'CANCELLED') THEN 'failed'
    WHEN w.status IN ('MAX_RECOVERY_ATTEMPTS_EXCEEDED', 'RETRIES_EXCEEDED') THEN 'stuck'
    WHEN ${time("w.workflow_deadline_epoch_ms")} < ${now} - ${GRACE} THEN 'stuck'
    ELSE 'running' END AS state,
  CASE WHEN w.status IN ('MAX_RECOVERY_ATTEMPTS_EXCEEDED', 'RETRIES_EXCEEDED') THEN 'missing-reply'
    ELSE 'timer-due' END AS stuck_kind,
  CASE WHEN w.status IN ('MAX_RECOVERY_ATTEMPTS_EXCEEDED', 'RETRIES_EXCEEDED')
    THEN 'DBOS recovered it ' || w.recovery_attempts || ' times and gave up: it is resumed there.'
    ELSE 'Its deadline is past and no executor has ended it.' END AS stuck_sentence,
  CASE WHEN w.status IN ('SUCCESS', 'ERROR', 'CANCELLED') THEN NULL ELSE (SELECT o.function_name
    FROM @operation_outputs o WHERE o.workflow_uuid = w.workflow_uuid ORDER BY o.function_id DESC LIMIT 1) END AS step,
  NULL::text AS correlation_id, ${time("w.created_at")} AS started_at, ${time("w.updated_at")} AS updated_at,
  CASE WHEN w.status IN ('SUCCESS', 'ERROR', 'CANCELLED') THEN ${time("w.updated_at")} END AS ended_at,
  w.inputs AS data`;

const select = (schema: string, now: string): string =>
  `SELECT ${columns(now).replaceAll("@", schema)} FROM ${schema}workflow_status w`;

const SHAPE: ForeignShape = {
  inOrder: true,
  tables: ["workflow_status", "operation_outputs"],
  candidates: ({ schema, now, limit, before }) =>
    `${select(schema, now())} ${before === null ? "" : `WHERE w.created_at <= ceil(extract(epoch FROM ${before()}) * 1000)`}
      ORDER BY w.created_at DESC LIMIT ${limit}`,
  one: ({ schema, now, type, sagaId }) =>
    `${select(schema, now())} WHERE w.workflow_uuid = ${sagaId} AND w.name = ${type}`,
  details,
  definitions: async (tables, signal) => {
    const rows = await stepsTaken(tables, null, signal);
    return [...new Set(rows.map(({ name }) => name))].map((type) => ({
      source: tables.facts.id,
      type,
      service: null,
      steps: rows.filter(({ name }) => name === type).map(({ step }) => definedStep(step)),
    }));
  },
  stepFigures: stepsTaken,
  missing: [
    { field: "correlationId", reason: "DBOS keeps no correlation id." },
    { field: "service", reason: "A step of DBOS is a function of the workflow's own service." },
  ],
};

/** dbosSource reads the system tables of DBOS, by their index of `created_at`. */
export function dbosSource(tables: SagaTables): SagaSource {
  return foreignSource({ ...tables, facts: { ...tables.facts, orderedBy: "startedAt" } }, () =>
    Promise.resolve(SHAPE),
  );
}

/**
 * The steps that the newest 1,000 workflows took, in the order in which they were first taken: DBOS declares none, its
 * workflows are code.
 */
function stepsTaken(
  tables: SagaTables,
  type: string | null,
  signal: AbortSignal,
): Promise<(StepFigureRow & { name: string })[]> {
  const took = "(o.completed_at_epoch_ms - o.started_at_epoch_ms)::float8";
  const at = (share: number): string => `percentile_disc(${share}) WITHIN GROUP (ORDER BY ${took})`;
  return tables.query(
    {
      text: `SELECT w.name, o.function_name AS step, count(*) AS tried, count(o.error) AS failed, count(${took}) AS n,
          ${at(0.5)} AS p50, ${at(0.9)} AS p90, ${at(0.99)} AS p99
        FROM (SELECT workflow_uuid, name FROM ${tables.schema}workflow_status ORDER BY created_at DESC LIMIT 1000) AS w
        JOIN ${tables.schema}operation_outputs o ON o.workflow_uuid = w.workflow_uuid
        WHERE o.function_name <> '' AND ($1::text IS NULL OR w.name = $1)
        GROUP BY w.name, o.function_name ORDER BY w.name, min(o.function_id), o.function_name LIMIT 1000`,
      values: [type],
    },
    signal,
  );
}

const definedStep = (name: string): DefinedStep => ({
  ...{ name, service: null, commandTopic: null, replyTopics: [], timeoutMs: null, attempts: null },
  ...{ compensationTopic: null, pivot: false },
});

interface Operation {
  function_id: number;
  function_name: string;
  output: string | null;
  error: string | null;
  child_workflow_id: string | null;
  started_at_epoch_ms: string | null;
  completed_at_epoch_ms: string | null;
}

async function details(
  tables: SagaTables,
  row: { saga_id: string },
  signal: AbortSignal,
): Promise<ForeignDetails> {
  const operations = await tables.query<Operation>(
    {
      text: `SELECT * FROM ${tables.schema}operation_outputs WHERE workflow_uuid = $1 ORDER BY function_id LIMIT 1000`,
      values: [row.saga_id],
    },
    signal,
  );
  return { steps: operations.map(stepOf), journal: operations.map(entryOf) };
}

const msOf = (text: string | null): number | null => (text === null ? null : Number(text));

const stepOf = (operation: Operation): SagaStep => ({
  name: operation.function_name === "" ? `step ${operation.function_id}` : operation.function_name,
  service: null,
  state: operation.error === null ? "done" : "failed",
  attempts: null,
  sentAt: msOf(operation.started_at_epoch_ms),
  dueAt: null,
  endedAt: msOf(operation.completed_at_epoch_ms),
  commandTopic: null,
  commandId: operation.child_workflow_id,
  input: null,
  output: jsonOf(operation.output),
  error: operation.error,
  pivot: false,
  compensation: null,
});

const entryOf = (operation: Operation, index: number): SagaEntry => ({
  seq: index + 1,
  at: msOf(operation.completed_at_epoch_ms),
  kind: operation.error === null ? "reply" : "refused",
  step: operation.function_name,
  ...{ service: null, topic: null, eventId: null, record: null, actor: null },
  detail: operation.error,
});
