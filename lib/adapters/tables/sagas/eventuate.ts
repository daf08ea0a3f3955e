import { foreignSource } from "#lib/adapters/tables/sagas/foreign.ts";
import type { ForeignDetails, ForeignRow, ForeignShape } from "#lib/adapters/tables/sagas/foreign-shape.ts";
import type { SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { SagaTables } from "#lib/adapters/tables/sagas/saga-tables.ts";
import { sagaIdOf } from "#lib/domain/sagas/saga.ts";

/** An id of Eventuate's own generator: 16 hex digits of milliseconds, then 16 of the machine and a counter. */
const OWN_ID = "'^[0-9a-f]{16}-[0-9a-f]{16}$'";
/** When an id was made; null for ids of another generator, and for those of before 2001 or after 2286. */
const madeAt = (id: string): string => `
  CASE WHEN ${id} ~ ${OWN_ID} AND left(${id}, 5) = '00000' AND left(${id}, 7) <> '0000000'
    THEN to_timestamp(('x' || left(${id}, 16))::bit(64)::bigint / 1000.0) END`;

/**
 * A row of `saga_instance`. What waits in `saga_stash_table` waits for the lock of its target. `state_name` of a saga
 * of the simple DSL is JSON with the number of the step; in any other it is the state's name.
 */
const columns = `
  i.saga_type, i.saga_id,
  CASE WHEN i.end_state AND i.failed THEN 'failed' WHEN i.end_state AND i.compensating THEN 'compensated'
    WHEN i.end_state THEN 'completed' WHEN stash.target IS NOT NULL THEN 'stuck'
    WHEN i.compensating THEN 'compensating' ELSE 'running' END AS state,
  'lock' AS stuck_kind,
  stash.target || coalesce(' is locked by the saga ' || stash.lock_type || ' ' || stash.lock_id || '.',
    ' was locked by another saga; the message is still stashed.') AS stuck_sentence,
  CASE WHEN i.end_state THEN NULL
    WHEN i.state_name ~ '"currentlyExecuting"\\s*:\\s*[0-9]+'
      THEN 'step ' || (substring(i.state_name FROM '"currentlyExecuting"\\s*:\\s*([0-9]+)')::int + 1)
    WHEN i.state_name LIKE '{%' THEN NULL ELSE i.state_name END AS step,
  NULL::text AS correlation_id, ${madeAt("i.saga_id")} AS started_at, NULL::timestamptz AS updated_at,
  NULL::timestamptz AS ended_at, i.saga_data_json AS data`;

/** The newest 10,000 stashed messages by their key, each with who holds the lock of its target. */
const stashOf = (schema: string): string => `
  (SELECT DISTINCT ON (s.saga_type, s.saga_id) s.saga_type, s.saga_id, s.target, l.saga_type AS lock_type,
      l.saga_id AS lock_id
    FROM (SELECT * FROM ${schema}saga_stash_table ORDER BY message_id DESC LIMIT 10000) AS s
    LEFT JOIN ${schema}saga_lock_table l ON l.target = s.target
    ORDER BY s.saga_type, s.saga_id, s.message_id) AS stash`;

const from = (schema: string, instances: string): string =>
  `SELECT ${columns} FROM ${instances} AS i LEFT JOIN ${stashOf(schema)}
    ON stash.saga_type = i.saga_type AND stash.saga_id = i.saga_id`;

const SHAPE: ForeignShape = {
  inOrder: true,
  tables: ["saga_instance", "saga_instance_participants", "saga_lock_table", "saga_stash_table"],
  // The key is (type, id), and ids rise with time: each type is walked from its newest. Ids without a time come last.
  candidates: ({ schema, limit, before }) => {
    const until =
      before === null
        ? ""
        : `AND x.saga_id <= lpad(to_hex(ceil(extract(epoch FROM ${before()}) * 1000)::bigint), 16, '0')
            || '-ffffffffffffffff'`;
    const ofType = `SELECT * FROM ${schema}saga_instance x WHERE x.saga_type = type.saga_type`;
    return `WITH RECURSIVE type AS (
        (SELECT saga_type FROM ${schema}saga_instance ORDER BY saga_type LIMIT 1)
        UNION ALL
        SELECT (SELECT t.saga_type FROM ${schema}saga_instance t WHERE t.saga_type > type.saga_type
          ORDER BY t.saga_type LIMIT 1) FROM type WHERE type.saga_type IS NOT NULL),
      newest AS (
        SELECT each.* FROM (SELECT saga_type FROM type WHERE saga_type IS NOT NULL LIMIT 200) AS type
        CROSS JOIN LATERAL (
          (${ofType} AND x.saga_id < '00001' ${until} ORDER BY x.saga_id DESC LIMIT ${limit})
          UNION ALL
          (${ofType} AND x.saga_id >= '00001' ORDER BY x.saga_id LIMIT ${limit})) AS each)
      ${from(schema, "newest")} ORDER BY started_at DESC NULLS LAST LIMIT ${limit}`;
  },
  one: ({ schema, type, sagaId }) =>
    `${from(schema, `${schema}saga_instance`)} WHERE i.saga_type = ${type} AND i.saga_id = ${sagaId}`,
  details,
  missing: [
    { field: "updatedAt", reason: "Eventuate keeps no times: the start is read out of the saga's id." },
    {
      field: "steps",
      reason: "Eventuate keeps the number of the current step; their names are in the code.",
    },
    { field: "journal", reason: "Eventuate keeps the current state only." },
    { field: "correlationId", reason: "Eventuate keeps no correlation id." },
  ],
};

/** eventuateSource reads the tables of Eventuate Tram Sagas by their keys. */
export function eventuateSource(tables: SagaTables): SagaSource {
  return foreignSource({ ...tables, facts: { ...tables.facts, orderedBy: "startedAt" } }, () =>
    Promise.resolve(SHAPE),
  );
}

/** The participants that hold something for the saga, and who holds the lock that it waits for. */
async function details(tables: SagaTables, row: ForeignRow, signal: AbortSignal): Promise<ForeignDetails> {
  const { schema, facts } = tables;
  const [participants, locks] = await Promise.all([
    tables.query<{ destination: string; resource: string }>(
      {
        text: `SELECT destination, resource FROM ${schema}saga_instance_participants
          WHERE saga_type = $1 AND saga_id = $2 ORDER BY destination, resource LIMIT 200`,
        values: [row.saga_type, row.saga_id],
      },
      signal,
    ),
    tables.query<{ saga_type: string; saga_id: string }>(
      {
        text: `SELECT DISTINCT l.saga_type, l.saga_id
          FROM (SELECT * FROM ${schema}saga_stash_table ORDER BY message_id DESC LIMIT 10000) AS s
          JOIN ${schema}saga_lock_table l ON l.target = s.target WHERE s.saga_type = $1 AND s.saga_id = $2`,
        values: [row.saga_type, row.saga_id],
      },
      signal,
    ),
  ]);
  return {
    steps: [],
    journal: participants.map(({ destination, resource }, index) => ({
      seq: index + 1,
      at: null,
      kind: "note",
      step: null,
      service: destination,
      ...{ topic: destination, eventId: null, record: null, actor: null },
      detail: `${destination} holds ${resource} for it.`,
    })),
    ownEvidence: locks.map((lock) => ({
      kind: "saga",
      id: sagaIdOf(facts.id, lock.saga_type, lock.saga_id),
    })),
  };
}
