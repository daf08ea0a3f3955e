import { overdueSql, TIMER_GRACE_MS } from "#lib/adapters/tables/sagas/kit-list.sql.ts";
import {
  definedStepsOf,
  entryOf,
  sagaRowOf,
  stepsOf,
  type KitEntry,
  type KitInstance,
  type KitStep,
} from "#lib/adapters/tables/sagas/kit-rows.ts";
import type { SagaTables } from "#lib/adapters/tables/sagas/saga-tables.ts";
import type { SagaDefinition } from "#lib/domain/sagas/saga-definition.ts";
import type { Saga } from "#lib/domain/sagas/saga.ts";

/** The newest entries of a journal that are shown: a saga that is retried for weeks has more. */
const JOURNAL_LIMIT = 2_000;

/** The key of a saga in its tables. */
interface SagaKey {
  readonly type: string;
  readonly sagaId: string;
}

interface InstanceRow extends KitInstance {
  version: string;
  data: unknown;
}

/** readSaga reads one saga with its journal; null where there is none. */
export async function readSaga(tables: SagaTables, key: SagaKey, signal: AbortSignal): Promise<Saga | null> {
  const [sagas, journal] = await Promise.all([
    readSagas(tables, [key], signal),
    tables.query<KitEntry>(
      {
        text: `SELECT *, data IS NOT NULL AS has_data FROM ${tables.schema}saga_journal
          WHERE saga_type = $1 AND saga_id = $2 ORDER BY seq DESC LIMIT ${JOURNAL_LIMIT}`,
        values: [key.type, key.sagaId],
      },
      signal,
    ),
  ]);
  const saga = sagas[0];
  if (saga === undefined) return null;
  const services = new Map(saga.steps.map(({ name, service }) => [name, service]));
  const cut = { field: "journal", reason: `Only the newest ${JOURNAL_LIMIT} entries are read.` };
  return {
    ...saga,
    journal: journal.toReversed().map((entry) => entryOf(entry, services)),
    missing: [...saga.missing, ...(journal.length === JOURNAL_LIMIT ? [cut] : [])],
  };
}

/** readSagas reads sagas without their journals; those that are not there are left out. */
export async function readSagas(
  tables: SagaTables,
  keys: readonly SagaKey[],
  signal: AbortSignal,
): Promise<Saga[]> {
  const { schema, now } = tables;
  const wanted = [keys.map(({ type }) => type), keys.map(({ sagaId }) => sagaId)];
  const key = `unnest($1::text[], $2::text[]) AS wanted(saga_type, saga_id)`;
  const [instances, steps, definitions] = await Promise.all([
    tables.query<InstanceRow>(
      {
        text: `SELECT i.*, s.service, s.state AS step_state, s.attempts, s.compensation_attempts, s.due_at,
            coalesce(${overdueSql("s", "$3::timestamptz")}, false) AS overdue,
            coalesce(i.wake_at < $4::timestamptz, false) AS unattended
          FROM ${key} JOIN ${schema}saga_instance i USING (saga_type, saga_id)
          LEFT JOIN LATERAL (SELECT * FROM ${schema}saga_step s WHERE s.saga_type = i.saga_type
            AND s.saga_id = i.saga_id AND s.step = i.step LIMIT 1) AS s ON i.ended_at IS NULL`,
        values: [...wanted, new Date(now()).toISOString(), new Date(now() - TIMER_GRACE_MS).toISOString()],
      },
      signal,
    ),
    tables.query<KitStep & { saga_type: string; saga_id: string }>(
      {
        text: `SELECT s.* FROM ${key} JOIN ${schema}saga_step s USING (saga_type, saga_id) ORDER BY s.position`,
        values: wanted,
      },
      signal,
    ),
    readDefinitions(tables, signal),
  ]);
  return instances.map((instance) => {
    const own = steps.filter(
      (step) => step.saga_type === instance.saga_type && step.saga_id === instance.saga_id,
    );
    const definition = definitions.find(({ type }) => type === instance.saga_type) ?? null;
    return sagaOf(tables, { instance, steps: own, definition });
  });
}

function sagaOf(
  { facts }: SagaTables,
  {
    instance,
    steps,
    definition,
  }: { instance: InstanceRow; steps: readonly KitStep[]; definition: SagaDefinition | null },
): Saga {
  const undefinedType = { field: "service", reason: "No service has written a definition of this type." };
  return {
    ...sagaRowOf(facts, instance),
    cluster: facts.cluster,
    service: definition?.service ?? null,
    version: Number(instance.version),
    parkedReason: instance.parked === null ? null : (instance.parked_reason ?? instance.parked),
    data: instance.data,
    steps: stepsOf(steps, definition, instance.state),
    journal: [],
    missing: definition === null ? [undefinedType] : [],
    next: null,
  };
}

/** readDefinitions reads the definition of every type that its service has declared. */
export async function readDefinitions(tables: SagaTables, signal: AbortSignal): Promise<SagaDefinition[]> {
  const rows = await tables.query<{ saga_type: string; service: string; steps: unknown }>(
    {
      text: `SELECT saga_type, service, steps FROM ${tables.schema}saga_definition ORDER BY saga_type LIMIT 200`,
      values: [],
    },
    signal,
  );
  return rows.map((row) => ({
    source: tables.facts.id,
    type: row.saga_type,
    service: row.service,
    steps: definedStepsOf(row.steps),
  }));
}
