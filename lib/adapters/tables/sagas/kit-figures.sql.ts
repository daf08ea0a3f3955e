import { overdueSql, TIMER_GRACE_MS, type Statement } from "#lib/adapters/tables/sagas/kit-list.sql.ts";
import { COUNT_LIMIT, type Percentiles, type SourceCount } from "#lib/adapters/tables/sagas/saga-source.ts";
import type { SagaState } from "#lib/domain/sagas/saga.ts";

/** How many sagas figures are taken of, and how many types are told apart. */
const NEWEST = 1_000;
const TYPES = 200;
const STATES = ["running", "compensating", "completed", "compensated", "failed"];

/** How many sagas of a type stand in a state. */
export interface CountRow {
  saga_type: string;
  state: SagaState;
  n: string;
}

/** Percentiles in ms. */
export interface DurationRow {
  n: string;
  p50: number | null;
  p90: number | null;
  p99: number | null;
}

/** Attempts and durations of a step. */
export interface StepFigureRow extends DurationRow {
  step: string;
  tried: string;
  failed: string;
}

/** Each type once, by one descent of the index a type. */
export function typesStatement(schema: string): Statement {
  return {
    text: `WITH RECURSIVE type AS (
        (SELECT saga_type FROM ${schema}saga_instance ORDER BY saga_type LIMIT 1)
        UNION ALL
        SELECT (SELECT i.saga_type FROM ${schema}saga_instance i WHERE i.saga_type > type.saga_type
          ORDER BY i.saga_type LIMIT 1) FROM type WHERE type.saga_type IS NOT NULL)
      SELECT saga_type FROM type WHERE saga_type IS NOT NULL LIMIT ${TYPES}`,
    values: [],
  };
}

/** Sagas of each type and state as the tables name it; counting stops one above the limit. */
export function countsStatement(schema: string, types: readonly string[]): Statement {
  return {
    text: `SELECT type AS saga_type, s.state, counted.n
      FROM unnest($1::text[]) AS type CROSS JOIN unnest($2::text[]) AS s(state)
      CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM ${schema}saga_instance i
        WHERE i.saga_type = type AND i.state = s.state LIMIT ${COUNT_LIMIT + 1}) AS few) AS counted`,
    values: [types, STATES],
  };
}

const stuckOnes = (schema: string, also: string): string => `
  (SELECT saga_type, state, step FROM ${schema}saga_instance WHERE parked IS NOT NULL ${also}
    LIMIT ${COUNT_LIMIT + 1})
  UNION ALL
  (SELECT saga_type, state, step FROM ${schema}saga_instance
    WHERE parked IS NULL AND ended_at IS NULL AND wake_at < $2::timestamptz ${also} LIMIT ${COUNT_LIMIT + 1})
  UNION ALL
  (SELECT i.saga_type, i.state, i.step FROM ${schema}saga_step s JOIN ${schema}saga_instance i
    ON i.saga_type = s.saga_type AND i.saga_id = s.saga_id AND i.step = s.step
    WHERE ${overdueSql("s", "$1::timestamptz")} AND i.parked IS NULL AND i.ended_at IS NULL
      AND (i.wake_at IS NULL OR i.wake_at >= $2::timestamptz) ${also.replace("saga_type", "i.saga_type")}
    LIMIT ${COUNT_LIMIT + 1})`;

const times = (nowAt: number): string[] => [
  new Date(nowAt).toISOString(),
  new Date(nowAt - TIMER_GRACE_MS).toISOString(),
];

/** Of the same, those that are stuck. */
export function stuckCountsStatement(schema: string, nowAt: number): Statement {
  return {
    text: `SELECT saga_type, state, count(*) AS n FROM (${stuckOnes(schema, "")}) AS stuck GROUP BY 1, 2`,
    values: times(nowAt),
  };
}

/** countsOf takes the stuck ones out of the running and compensating, and stops at the limit. */
export function countsOf(all: readonly CountRow[], stuck: readonly CountRow[]): SourceCount[] {
  const stuckBy = new Map<string, number>();
  for (const { saga_type: type, n } of stuck) stuckBy.set(type, (stuckBy.get(type) ?? 0) + Number(n));
  const counted = all.map(({ saga_type: type, state, n }) => {
    const out = stuck.find((each) => each.saga_type === type && each.state === state);
    return {
      type,
      state,
      count: Math.max(0, Number(n) - Number(out?.n ?? 0)),
      atLeast: Number(n) > COUNT_LIMIT,
    };
  });
  const waiting = [...stuckBy].map(([type, count]) => ({
    type,
    state: "stuck" as const,
    count,
    atLeast: count > COUNT_LIMIT,
  }));
  return [...counted, ...waiting]
    .filter(({ count }) => count > 0)
    .map((each) => ({ ...each, count: Math.min(each.count, COUNT_LIMIT) }));
}

const PERCENTILES = (ms: string, only: string): string => `
  count(*) FILTER (WHERE ${only}) AS n,
  percentile_disc(0.5) WITHIN GROUP (ORDER BY ${ms}) FILTER (WHERE ${only}) AS p50,
  percentile_disc(0.9) WITHIN GROUP (ORDER BY ${ms}) FILTER (WHERE ${only}) AS p90,
  percentile_disc(0.99) WITHIN GROUP (ORDER BY ${ms}) FILTER (WHERE ${only}) AS p99`;

const tookMs = (from: string, to: string): string => `(extract(epoch FROM ${to} - ${from}) * 1000)::float8`;

/** How long the newest sagas of a type took that ended. */
export function durationsStatement(schema: string, type: string): Statement {
  const ended = ["completed", "compensated", "failed"].map(
    (state) => `(SELECT started_at, ended_at, updated_at FROM ${schema}saga_instance
      WHERE saga_type = $1 AND state = '${state}' ORDER BY updated_at DESC LIMIT ${NEWEST})`,
  );
  return {
    text: `SELECT ${PERCENTILES(tookMs("started_at", "ended_at"), "ended_at IS NOT NULL")}
      FROM (SELECT * FROM (${ended.join(" UNION ALL ")}) AS ended ORDER BY updated_at DESC LIMIT ${NEWEST}) AS newest`,
    values: [type],
  };
}

/** Attempts and durations of each step of the newest sagas of a type. An attempt that is under way is none yet. */
export function stepsStatement(schema: string, type: string): Statement {
  const did = "(s.state = 'done' OR (s.state LIKE 'compensat%' AND s.output IS NOT NULL))";
  return {
    text: `SELECT s.step, ${PERCENTILES(tookMs("s.sent_at", "s.ended_at"), "s.state = 'done'")},
        sum(CASE WHEN s.state = 'sent' THEN greatest(s.attempts - 1, 0) ELSE s.attempts END) AS tried,
        sum(CASE WHEN s.state = 'sent' OR ${did} THEN greatest(s.attempts - 1, 0) ELSE s.attempts END) AS failed
      FROM (SELECT saga_type, saga_id FROM ${schema}saga_instance WHERE saga_type = $1
        ORDER BY updated_at DESC LIMIT ${NEWEST}) AS newest
      JOIN ${schema}saga_step s ON s.saga_type = newest.saga_type AND s.saga_id = newest.saga_id
      GROUP BY s.step`,
    values: [type],
  };
}

/** How many open sagas of a type stand at each step of its definition, and how many of them are stuck. */
export function standingStatement(schema: string, type: string, nowAt: number): Statement {
  return {
    text: `WITH stuck AS MATERIALIZED (${stuckOnes(schema, "AND saga_type = $3")})
      SELECT named.step, standing.n, (SELECT count(*) FROM stuck WHERE stuck.step = named.step) AS stuck
      FROM (SELECT each ->> 'name' AS step FROM ${schema}saga_definition d
        CROSS JOIN LATERAL jsonb_array_elements(d.steps) AS each WHERE d.saga_type = $3) AS named
      CROSS JOIN LATERAL (SELECT count(*) AS n FROM (SELECT 1 FROM ${schema}saga_instance i
        WHERE i.step = named.step AND i.saga_type = $3 LIMIT ${COUNT_LIMIT}) AS few) AS standing`,
    values: [...times(nowAt), type],
  };
}

/** percentilesOf are whole milliseconds; null where nothing was measured. */
export function percentilesOf(row: DurationRow | undefined): Percentiles | null {
  if (row === undefined || row.p50 === null || row.p90 === null || row.p99 === null) return null;
  const whole = (ms: number): number => Math.max(0, Math.round(ms));
  return { n: Number(row.n), p50Ms: whole(row.p50), p90Ms: whole(row.p90), p99Ms: whole(row.p99) };
}
