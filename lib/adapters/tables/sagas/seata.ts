import { foreignSource, jsonOf } from "#lib/adapters/tables/sagas/foreign.ts";
import type { ForeignDetails, ForeignRow, ForeignShape } from "#lib/adapters/tables/sagas/foreign-shape.ts";
import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { SagaTables } from "#lib/adapters/tables/sagas/saga-tables.ts";
import { seataStepsOf } from "#lib/adapters/tables/sagas/seata-definition.ts";
import type { SagaDefinition } from "#lib/domain/sagas/saga-definition.ts";
import type { SagaEntry, SagaStep, StepState } from "#lib/domain/sagas/saga.ts";

/** The states of a machine are read without an index where the table is at most as large, bytes. */
const SMALL_TABLE = 4_194_304;

/**
 * A row of `seata_state_machine_inst`. `status` is the outcome forwards, `compensation_status` that of the way back:
 * RU running, SU succeeded, FA failed, UN unknown, SK skipped. Times are those of the session's zone: Seata stores none.
 */
const columns = `
  d.name AS saga_type, m.id AS saga_id,
  CASE WHEN m.compensation_status = 'SU' THEN 'compensated' WHEN m.compensation_status = 'RU' THEN 'compensating'
    WHEN m.compensation_status IN ('FA', 'UN') THEN 'stuck' WHEN m.status IN ('SU', 'SK') THEN 'completed'
    WHEN m.status = 'FA' THEN 'failed' WHEN m.status = 'UN' THEN 'stuck' ELSE 'running' END AS state,
  CASE WHEN m.compensation_status IN ('FA', 'UN') THEN 'compensation-failed' ELSE 'missing-reply' END AS stuck_kind,
  CASE WHEN m.compensation_status = 'FA' THEN 'Its compensation failed: Seata waits for an operator.'
    WHEN m.compensation_status = 'UN' THEN 'Whether its compensation was done is unknown.'
    ELSE 'Whether its last state was done is unknown: Seata waits for its recovery.' END AS stuck_sentence,
  NULL::text AS step, m.business_key AS correlation_id, m.gmt_started::timestamptz AS started_at,
  m.gmt_updated::timestamptz AS updated_at,
  CASE WHEN m.is_running IS NOT TRUE AND m.status <> 'RU' THEN m.gmt_end::timestamptz END AS ended_at,
  coalesce(m.end_params, m.start_params) AS data`;

const from = (schema: string, machines: string): string =>
  `SELECT ${columns} FROM ${machines} AS m JOIN ${schema}seata_state_machine_def d ON d.id = m.machine_id`;

const SHAPE: ForeignShape = {
  inOrder: false,
  tables: ["seata_state_machine_def", "seata_state_machine_inst", "seata_state_inst"],
  // Seata's own DDL has no index of time: ids rise with it, and the newest of them are put in order.
  candidates: ({ schema, limit }) =>
    from(schema, `(SELECT * FROM ${schema}seata_state_machine_inst ORDER BY id DESC LIMIT ${limit})`),
  one: ({ schema, type, sagaId }) =>
    `${from(schema, `${schema}seata_state_machine_inst`)} WHERE m.id = ${sagaId} AND d.name = ${type}`,
  details,
  definitions,
  missing: [{ field: "journal", reason: "Seata keeps its states only: they are shown as they ended." }],
};

/** seataSource reads the tables of Seata's saga mode by their keys. */
export function seataSource(tables: SagaTables): SagaSource {
  return foreignSource(tables, () => Promise.resolve(SHAPE));
}

async function definitions(tables: SagaTables, signal: AbortSignal): Promise<SagaDefinition[]> {
  const { facts, schema } = tables;
  const rows = await tables.query<{ name: string; app_name: string; content: string | null }>(
    {
      text: `SELECT name, app_name, content
        FROM (SELECT * FROM ${schema}seata_state_machine_def ORDER BY id LIMIT 1000) AS d
        ORDER BY name, gmt_create DESC`,
      values: [],
    },
    signal,
  );
  const newest = new Map(rows.toReversed().map((row) => [row.name, row]));
  return [...newest.values()].reverse().map(({ name, app_name: service, content }) => ({
    source: facts.id,
    type: name,
    service,
    steps: seataStepsOf(jsonOf(content)),
  }));
}

interface StateRow {
  id: string;
  name: string;
  service_name: string | null;
  service_method: string | null;
  state_id_compensated_for: string | null;
  state_id_retried_for: string | null;
  started_at: Date;
  ended_at: Date | null;
  input_params: string | null;
  output_params: string | null;
  status: string;
  error: string | null;
}

async function details(tables: SagaTables, row: ForeignRow, signal: AbortSignal): Promise<ForeignDetails> {
  if (!(await statesCanBeRead(tables, signal)))
    return {
      ...{ steps: [], journal: [] },
      missing: [
        {
          field: "steps",
          reason:
            "seata_state_inst is large and has no index on machine_inst_id: create one to see the steps.",
        },
      ],
    };
  const states = await tables.query<StateRow>(
    {
      text: `SELECT id, name, service_name, service_method, state_id_compensated_for, state_id_retried_for,
          gmt_started::timestamptz AS started_at, gmt_end::timestamptz AS ended_at, input_params, output_params,
          status, CASE WHEN excep IS NOT NULL THEN 'It failed with an exception, which Seata keeps in Java''s own form.' END AS error
        FROM ${tables.schema}seata_state_inst WHERE machine_inst_id = $1 ORDER BY gmt_started, id LIMIT 1000`,
      values: [row.saga_id],
    },
    signal,
  );
  return { steps: stepsOf(states), journal: states.map(entryOf) };
}

/** Whether the states of a machine are found by an index, or in a table that is small. */
async function statesCanBeRead(tables: SagaTables, signal: AbortSignal): Promise<boolean> {
  const [row] = await tables.query<{ readable: boolean }>(
    {
      text: `SELECT pg_relation_size(c.oid) <= ${SMALL_TABLE} OR EXISTS (SELECT 1 FROM pg_index i
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
          WHERE i.indrelid = c.oid AND i.indpred IS NULL AND a.attname = 'machine_inst_id') AS readable
        FROM pg_class c WHERE c.oid = to_regclass($1)`,
      values: [`${tables.schema}seata_state_inst`],
    },
    signal,
  );
  return row?.readable === true;
}

/** Each state that was run forwards, in order, with its retries counted and what became of its compensation. */
function stepsOf(states: readonly StateRow[]): SagaStep[] {
  const forwards = states.filter(
    (state) => state.state_id_compensated_for === null && state.state_id_retried_for === null,
  );
  return forwards.map((first) => {
    const tries = [first, ...states.filter(({ state_id_retried_for: of }) => of === first.id)];
    const last = tries.at(-1) ?? first;
    const ids = new Set(tries.map(({ id }) => id));
    const undo = states.findLast(({ state_id_compensated_for: of }) => of !== null && ids.has(of));
    return {
      name: first.name,
      service: first.service_name,
      state: undo === undefined ? stateOf(last.status) : undoneOf(undo.status),
      attempts: tries.length,
      sentAt: last.started_at.getTime(),
      dueAt: null,
      endedAt: (undo ?? last).ended_at?.getTime() ?? null,
      commandTopic: null,
      commandId: null,
      input: jsonOf(last.input_params),
      output: jsonOf(last.output_params),
      error: undo?.error ?? last.error,
      pivot: false,
      compensation: null,
    };
  });
}

const stateOf = (status: string): StepState =>
  status === "SU" ? "done" : status === "SK" ? "skipped" : status === "RU" ? "sent" : "failed";

const undoneOf = (status: string): StepState =>
  status === "SU" ? "compensated" : status === "RU" ? "compensating" : "compensation-failed";

const entryOf = (state: StateRow, index: number): SagaEntry => ({
  seq: index + 1,
  at: state.started_at.getTime(),
  kind: state.state_id_compensated_for === null ? "command-sent" : "compensation-sent",
  step: state.name,
  service: state.service_name,
  ...{ topic: null, eventId: null, record: null, actor: null },
  detail: [state.service_method, state.status, state.error].filter((part) => part !== null).join(" · "),
});
