import { foreignSource, jsonOf } from "#lib/adapters/tables/sagas/foreign.ts";
import type { ForeignShape } from "#lib/adapters/tables/sagas/foreign-shape.ts";
import { definedViewSteps } from "#lib/adapters/tables/sagas/view-steps.ts";
import { SourceUnreadableError, type SagaSource } from "#lib/adapters/tables/sagas/saga-source.ts";
import { quoted, type SagaTables } from "#lib/adapters/tables/sagas/saga-tables.ts";
import { SAGA_STATES, type MissingField } from "#lib/domain/sagas/saga.ts";

/** Columns that the view must have. */
const NEEDED = ["saga_type", "saga_id", "state", "updated_at"] as const;

/** Columns that it may have, each with the field that is missing without it. */
const OPTIONAL = {
  started_at: "startedAt",
  ended_at: "endedAt",
  step: "step",
  correlation_id: "correlationId",
  stuck_sentence: "stuck",
  data: "data",
  service: "service",
  version: "version",
  steps: "steps",
} as const;
type Optional = keyof typeof OPTIONAL;

const TYPES: Readonly<Record<Optional, string>> = {
  started_at: "timestamptz",
  ended_at: "timestamptz",
  step: "text",
  correlation_id: "text",
  stuck_sentence: "text",
  data: "text",
  service: "text",
  version: "bigint",
  steps: "jsonb",
};

/** viewSource reads a view with the columns that docs/guide/sagas.md names; those it lacks are missing with a reason. */
export function viewSource(tables: SagaTables, view: string): SagaSource {
  const name = `${tables.schema}${quoted(view)}`;
  let known: Promise<ForeignShape> | null = null;
  return foreignSource(tables, (signal) => {
    known ??= shapeOf(tables, { name, view }, signal);
    // A view that could not be read is looked at again by the next who asks.
    known.catch(() => (known = null));
    return known;
  });
}

async function shapeOf(
  tables: SagaTables,
  { name, view }: { name: string; view: string },
  signal: AbortSignal,
): Promise<ForeignShape> {
  const rows = await tables.query<{ attname: string }>(
    {
      text: `SELECT attname FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`,
      values: [name],
    },
    signal,
  );
  const has = new Set(rows.map(({ attname }) => attname));
  const lacking = NEEDED.filter((column) => !has.has(column));
  if (lacking.length > 0) {
    const why = has.size === 0 ? `has no view ${view}` : `has a view ${view} without ${lacking.join(", ")}`;
    throw new SourceUnreadableError(tables.facts.id, `${tables.facts.id} ${why}.`);
  }
  const optional = (column: Optional): string =>
    has.has(column) ? `v.${column}::${TYPES[column]} AS ${column}` : `NULL::${TYPES[column]} AS ${column}`;
  const states = SAGA_STATES.map((state) => `'${state}'`).join(", ");
  const select = `SELECT v.saga_type::text AS saga_type, v.saga_id::text AS saga_id,
      CASE WHEN v.state::text IN (${states}) THEN v.state::text ELSE 'running' END AS state,
      'missing-reply' AS stuck_kind, v.updated_at::timestamptz AS updated_at,
      ${(Object.keys(OPTIONAL) as Optional[]).map(optional).join(", ")} FROM ${name} v`;
  return {
    inOrder: true,
    tables: [quoted(view)],
    candidates: ({ limit, before }) =>
      `${select} ${before === null ? "" : `WHERE v.updated_at <= ${before()}`} ORDER BY v.updated_at DESC LIMIT ${limit}`,
    one: ({ type, sagaId }) => `${select} WHERE v.saga_type = ${type} AND v.saga_id = ${sagaId}`,
    details: (_, row) => {
      const { service = null, version = null, steps } = row as Partial<Record<Optional, string | null>>;
      return Promise.resolve({
        ...{ service, version: version === null ? null : Number(version), journal: [] },
        steps: definedViewSteps(jsonOf(steps)),
      });
    },
    missing: missingOf(has),
  };
}

const missingOf = (has: ReadonlySet<string>): MissingField[] => [
  ...(Object.keys(OPTIONAL) as Optional[])
    .filter((column) => !has.has(column))
    .map((column) => ({ field: OPTIONAL[column], reason: `The view has no column ${column}.` })),
  { field: "journal", reason: "A view keeps the current state only." },
];
