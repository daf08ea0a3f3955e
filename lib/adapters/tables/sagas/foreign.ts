import { Params, type Statement } from "#lib/adapters/tables/sagas/kit-list.sql.ts";
import {
  CANDIDATES,
  foreignCounts,
  foreignFigures,
  instantOf,
  timeOf,
} from "#lib/adapters/tables/sagas/foreign-figures.ts";
import type { ForeignRow, ForeignShape } from "#lib/adapters/tables/sagas/foreign-shape.ts";
import {
  TEXT_LIMIT,
  type SagaSource,
  type SourceFacts,
  type SourceQuery,
} from "#lib/adapters/tables/sagas/saga-source.ts";
import type { SagaTables } from "#lib/adapters/tables/sagas/saga-tables.ts";
import { sagaIdOf, type Saga, type SagaRow } from "#lib/domain/sagas/saga.ts";

/** Of candidates that come in order, a page of 500 without a filter needs no more. */
const UNFILTERED = 2_000;
/** For how long the types of a source are remembered, ms. */
const TYPES_KNOWN_MS = 60_000;
const instant = (at: number): string => new Date(at).toISOString();

/**
 * foreignSource reads the tables of an engine that Sluice does not own. Its indexes are made for the engine: a list walks
 * the one in the order of time, 10,000 sagas at most from where it begins, and filters those.
 */
export function foreignSource(
  tables: SagaTables,
  shapeOf: (signal: AbortSignal) => Promise<ForeignShape>,
): SagaSource {
  const { facts } = tables;
  let types: { names: readonly string[]; until: number } | null = null;
  const typesOf = async (shape: ForeignShape, signal: AbortSignal): Promise<readonly string[]> => {
    if (types === null || types.until <= tables.now()) {
      const names = [...new Set((await foreignCounts(tables, shape, signal)).map(({ type }) => type))];
      types = { names, until: tables.now() + TYPES_KNOWN_MS };
    }
    return types.names;
  };
  return {
    facts,
    async list(query, signal) {
      const rows = await tables.query<ForeignRow>(
        listStatement(tables, await shapeOf(signal), query),
        signal,
      );
      return rows.map((row) => rowOf(facts, row));
    },
    get: async (type, sagaId, signal) => getSaga(tables, await shapeOf(signal), { type, sagaId, signal }),
    counts: async (signal) => foreignCounts(tables, await shapeOf(signal), signal),
    async definitions(signal) {
      const shape = await shapeOf(signal);
      const declared = (await shape.definitions?.(tables, signal)) ?? [];
      const names = await typesOf(shape, signal);
      const bare = names.filter((type) => !declared.some((each) => each.type === type));
      return [...declared, ...bare.map((type) => ({ source: facts.id, type, service: null, steps: [] }))];
    },
    async figures(type, signal) {
      return foreignFigures(tables, await shapeOf(signal), { type, signal });
    },
    async advice(signal) {
      return tables.mayWrite((await shapeOf(signal)).tables, signal);
    },
    close: () => tables.close(),
  };
}

function listStatement(tables: SagaTables, shape: ForeignShape, query: SourceQuery): Statement {
  const params = new Params();
  const { after } = query;
  const candidates = shape.candidates({
    schema: tables.schema,
    now: instantOf(params, tables.now()),
    limit: `${params.add(candidatesOf(shape, query))}::int`,
    before: after === null || query.text !== undefined ? null : instantOf(params, after.updatedAt),
  });
  const time = timeOf(tables.facts);
  const where = conditionsOf(query, params);
  if (after !== null) {
    const at = `${params.add(instant(after.updatedAt))}::timestamptz`;
    where.push(
      `${time} <= ${at}`,
      `(${time} < ${at} OR (saga_type::text, saga_id::text) > (${params.add(after.type)}, ${params.add(after.sagaId)}))`,
    );
  }
  return {
    text: `SELECT * FROM (${candidates}) AS saga ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""}
      ORDER BY ${time} DESC, saga_type::text, saga_id::text LIMIT ${params.add(query.limit)}::int`,
    values: params.values,
  };
}

function candidatesOf({ inOrder }: ForeignShape, query: SourceQuery): number {
  if (query.text !== undefined) return TEXT_LIMIT;
  const { type, state, stuck, step, correlation, startedBefore, startedAfter } = query;
  const filters = [type, state, stuck, step, correlation, startedBefore, startedAfter];
  return inOrder && filters.every((filter) => filter === undefined) ? UNFILTERED : CANDIDATES;
}

function conditionsOf(query: SourceQuery, params: Params): string[] {
  const where: string[] = [];
  const equal = (column: string, value: string | undefined): void => {
    if (value !== undefined) where.push(`${column} = ${params.add(value)}`);
  };
  equal("saga_type", query.type);
  equal("step", query.step);
  equal("correlation_id", query.correlation);
  if (query.stuck !== undefined) where.push("state = 'stuck'");
  else if (query.state === "open") where.push("state IN ('running', 'compensating', 'stuck')");
  else equal("state", query.state);
  if (query.startedBefore !== undefined)
    where.push(`started_at < ${params.add(instant(query.startedBefore))}::timestamptz`);
  if (query.startedAfter !== undefined)
    where.push(`started_at > ${params.add(instant(query.startedAfter))}::timestamptz`);
  for (const word of query.text?.split(/\s+/).filter((each) => each !== "") ?? [])
    where.push(`data::text ILIKE ${params.add(`%${word.replace(/[\\%_]/g, "\\$&")}%`)}`);
  return where;
}

async function getSaga(
  tables: SagaTables,
  shape: ForeignShape,
  { type, sagaId, signal }: { type: string; sagaId: string; signal: AbortSignal },
): Promise<Saga | null> {
  const params = new Params();
  const key = { type: `${params.add(type)}::text`, sagaId: `${params.add(sagaId)}::text` };
  const text = shape.one({ schema: tables.schema, now: instantOf(params, tables.now()), ...key });
  const [row] = await tables.query<ForeignRow>({ text, values: params.values }, signal);
  if (row === undefined) return null;
  const { missing = [], ...details } = await shape.details(tables, row, signal);
  return {
    ...rowOf(tables.facts, row),
    cluster: tables.facts.cluster,
    ...{ service: null, version: null, parkedReason: null, next: null },
    ...details,
    data: jsonOf(row.data),
    missing: [...shape.missing, ...missing],
  };
}

function rowOf(facts: SourceFacts, row: ForeignRow): SagaRow {
  return {
    id: sagaIdOf(facts.id, row.saga_type, row.saga_id),
    source: facts.id,
    type: row.saga_type,
    sagaId: row.saga_id,
    kind: facts.kind,
    state: row.state,
    stuck:
      row.state === "stuck"
        ? {
            kind: row.stuck_kind ?? "missing-reply",
            sentence: row.stuck_sentence ?? "Its engine says no more.",
          }
        : null,
    step: row.step,
    correlationId: row.correlation_id,
    startedAt: row.started_at?.getTime() ?? null,
    updatedAt: row.updated_at?.getTime() ?? null,
    endedAt: row.ended_at?.getTime() ?? null,
  };
}

/** jsonOf reads a text as JSON where it is some, and leaves it as it is where not. */
export function jsonOf(value: unknown): unknown {
  if (typeof value !== "string") return value ?? null;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}
