import type { ForeignShape } from "#lib/adapters/tables/sagas/foreign-shape.ts";
import { percentilesOf, type DurationRow } from "#lib/adapters/tables/sagas/kit-figures.sql.ts";
import { Params, type Statement } from "#lib/adapters/tables/sagas/kit-list.sql.ts";
import {
  COUNT_LIMIT,
  type SourceCount,
  type SourceFacts,
  type TypeFigures,
} from "#lib/adapters/tables/sagas/saga-source.ts";
import type { SagaTables } from "#lib/adapters/tables/sagas/saga-tables.ts";
import type { SagaState } from "#lib/domain/sagas/saga.ts";

/** How many sagas filters are applied to, and counts are taken of: no index of an engine serves them. */
export const CANDIDATES = COUNT_LIMIT;
const NEWEST = 1_000;
const instant = (at: number): string => new Date(at).toISOString();

/** timeOf is the column of the order; what has no time comes last. */
export const timeOf = ({ orderedBy }: SourceFacts): string =>
  `coalesce(${orderedBy === "startedAt" ? "started_at" : "updated_at"}, to_timestamp(0))`;

/** instantOf is the placeholder of an instant, added once and only where a shape asks for it: a value without a type is refused. */
export function instantOf(params: Params, at: number): () => string {
  let added: string | null = null;
  return () => (added ??= `${params.add(instant(at))}::timestamptz`);
}

/** foreignCounts counts the newest 10,000 sagas by type and state. */
export async function foreignCounts(
  tables: SagaTables,
  shape: ForeignShape,
  signal: AbortSignal,
): Promise<SourceCount[]> {
  const params = new Params();
  const candidates = newestOf(tables, shape, params);
  const rows = await tables.query<{ saga_type: string; state: SagaState; n: string }>(
    {
      text: `SELECT saga_type, state, count(*) AS n FROM (${candidates}) AS saga GROUP BY 1, 2`,
      values: params.values,
    },
    signal,
  );
  const total = rows.reduce((sum, { n }) => sum + Number(n), 0);
  return rows.map(({ saga_type: type, state, n }) => ({
    ...{ type, state, count: Number(n) },
    atLeast: total >= CANDIDATES,
  }));
}

/** The newest sagas of all that there are. */
const newestOf = (tables: SagaTables, shape: ForeignShape, params: Params): string =>
  shape.candidates({
    schema: tables.schema,
    now: instantOf(params, tables.now()),
    limit: `${params.add(CANDIDATES)}::int`,
    before: null,
  });

function durationsStatement(tables: SagaTables, shape: ForeignShape, type: string): Statement {
  const params = new Params();
  const candidates = newestOf(tables, shape, params);
  const took = "(extract(epoch FROM ended_at - started_at) * 1000)::float8";
  return {
    text: `SELECT count(*) AS n, percentile_disc(0.5) WITHIN GROUP (ORDER BY ${took}) AS p50,
        percentile_disc(0.9) WITHIN GROUP (ORDER BY ${took}) AS p90,
        percentile_disc(0.99) WITHIN GROUP (ORDER BY ${took}) AS p99
      FROM (SELECT * FROM (${candidates}) AS saga WHERE saga_type = ${params.add(type)} AND ended_at IS NOT NULL
        AND started_at IS NOT NULL ORDER BY ${timeOf(tables.facts)} DESC LIMIT ${NEWEST}) AS newest`,
    values: params.values,
  };
}

/** Open sagas of a type by the step where they stand. */
function standingStatement(tables: SagaTables, shape: ForeignShape, type: string): Statement {
  const params = new Params();
  const candidates = newestOf(tables, shape, params);
  return {
    text: `SELECT step, count(*) AS n, count(*) FILTER (WHERE state = 'stuck') AS stuck
      FROM (${candidates}) AS saga WHERE saga_type = ${params.add(type)} AND step IS NOT NULL
        AND state IN ('running', 'compensating', 'stuck') GROUP BY step ORDER BY step LIMIT 200`,
    values: params.values,
  };
}

/** foreignFigures are durations, who stands where, and what the shape tells of the steps. */
export async function foreignFigures(
  tables: SagaTables,
  shape: ForeignShape,
  { type, signal }: { type: string; signal: AbortSignal },
): Promise<TypeFigures> {
  const [durations, standing, steps] = await Promise.all([
    tables.query<DurationRow>(durationsStatement(tables, shape, type), signal),
    tables.query<{ step: string; n: string; stuck: string }>(standingStatement(tables, shape, type), signal),
    shape.stepFigures?.(tables, type, signal) ?? [],
  ]);
  const names = [...new Set([...steps, ...standing].map(({ step }) => step))];
  return {
    duration: percentilesOf(durations[0]),
    steps: names.map((step) => {
      const told = steps.find((each) => each.step === step);
      const stands = standing.find((each) => each.step === step);
      const tried = Number(told?.tried ?? 0);
      return {
        ...{ step, standing: Number(stands?.n ?? 0), stuck: Number(stands?.stuck ?? 0) },
        failureRate: told === undefined || tried === 0 ? null : Number(told.failed) / tried,
        duration: percentilesOf(told),
      };
    }),
  };
}
