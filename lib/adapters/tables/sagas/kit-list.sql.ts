import { TEXT_LIMIT, type SourceQuery } from "#lib/adapters/tables/sagas/saga-source.ts";

/** A statement with its values. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** How long after its time a timer counts as one that nobody acts on, ms. */
export const TIMER_GRACE_MS = 10_000;
/** Sagas that took longer than this stand in an index of their own. */
const LONG_MS = 3_600_000;

/** Params numbers the values of a statement. */
export class Params {
  readonly values: unknown[] = [];

  /** The placeholder of a value. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}

const instant = (at: number): string => new Date(at).toISOString();
const ORDER = "ORDER BY updated_at DESC, saga_type, saga_id";

/**
 * Whether a step waits although it was sent more than once, and its second reply is past due: `due_at` is null from
 * then until the third attempt.
 */
export function overdueSql(step: string, now: string): string {
  const late = (attempts: string): string =>
    `(${step}.${attempts} > 2 OR ${step}.due_at IS NULL OR ${step}.due_at < ${now})`;
  return (
    `((${step}.state = 'sent' AND ${step}.attempts > 1 AND ${late("attempts")})` +
    ` OR (${step}.state = 'compensating' AND ${step}.compensation_attempts > 1 AND ${late("compensation_attempts")}))`
  );
}

/** What is common to the branches of one list. */
interface Listing {
  readonly schema: string;
  readonly params: Params;
  /** Placeholders: now, and the time before which a timer is past due. */
  readonly now: string;
  readonly late: string;
  readonly conditions: readonly string[];
  readonly limit: string;
  readonly columns: string;
}

/**
 * listStatement lists instances by the last change. Every branch walks an index in the order of the list and ends at its
 * limit; what no index holds in that order (stuck sagas, and those that started before a time) is a union of branches
 * that do.
 */
export function listStatement(schema: string, query: SourceQuery, nowAt: number): Statement {
  const params = new Params();
  const now = `${params.add(instant(nowAt))}::timestamptz`;
  const late = `${params.add(instant(nowAt - TIMER_GRACE_MS))}::timestamptz`;
  const words = query.text === undefined ? [] : query.text.split(/\s+/).filter((word) => word !== "");
  const limited = words.length > 0;
  const columns = `saga_type, saga_id, state, parked, parked_reason, step, correlation_id, started_at, updated_at,
    ended_at, wake_at${limited ? ", data" : ""}`;
  const listing: Listing = {
    ...{ schema, params, now, late, columns },
    conditions: [...conditionsOf(query, params), ...(limited ? [] : afterOf(query.after, params))],
    limit: `LIMIT ${params.add(limited ? TEXT_LIMIT : query.limit)}::int`,
  };
  const branches = branchesOf(listing, query);
  const all = branches.length === 1 ? branches.join("") : `${union(branches)} ${ORDER} ${listing.limit}`;
  const searched = limited
    ? `SELECT * FROM (${all}) AS newest WHERE ${[...wordsOf(words, params), ...afterOf(query.after, params)].join(" AND ")}
       ${ORDER} LIMIT ${params.add(query.limit)}::int`
    : all;
  const text = `SELECT page.*, step_row.service, step_row.state AS step_state, step_row.attempts, step_row.due_at,
      step_row.compensation_attempts, coalesce(${overdueSql("step_row", now)}, false) AS overdue,
      coalesce(page.wake_at < ${late}, false) AS unattended
    FROM (${searched}) AS page
    LEFT JOIN LATERAL (SELECT * FROM ${schema}saga_step s WHERE s.saga_type = page.saga_type AND s.saga_id = page.saga_id
      AND s.step = page.step LIMIT 1) AS step_row ON page.ended_at IS NULL
    ORDER BY page.updated_at DESC, page.saga_type, page.saga_id`;
  return { text, values: params.values };
}

const union = (branches: readonly string[]): string =>
  `SELECT * FROM (${branches.map((branch) => `(${branch})`).join(" UNION ALL ")}) AS branch`;

/** The conditions of the filter that a row of saga_instance answers by itself. */
function conditionsOf(query: SourceQuery, params: Params): string[] {
  const found: string[] = [];
  if (query.type !== undefined) found.push(`saga_type = ${params.add(query.type)}`);
  if (query.step !== undefined) found.push(`step = ${params.add(query.step)}`);
  if (query.correlation !== undefined) found.push(`correlation_id = ${params.add(query.correlation)}`);
  if (query.startedAfter !== undefined) {
    const from = `${params.add(instant(query.startedAfter))}::timestamptz`;
    // Nothing changes before it starts: the second condition ends the walk.
    found.push(`started_at > ${from}`, `updated_at >= ${from}`);
  }
  if (query.startedBefore !== undefined)
    found.push(`started_at < ${params.add(instant(query.startedBefore))}::timestamptz`);
  return found;
}

function afterOf(after: SourceQuery["after"], params: Params): string[] {
  if (after === null) return [];
  const at = `${params.add(instant(after.updatedAt))}::timestamptz`;
  const [type, id] = [params.add(after.type), params.add(after.sagaId)];
  return [`updated_at <= ${at}`, `(updated_at < ${at} OR (saga_type, saga_id) > (${type}, ${id}))`];
}

/** Each word somewhere in the text of the data, in any case of letters. */
const wordsOf = (words: readonly string[], params: Params): string[] =>
  words.map((word) => `data::text ILIKE ${params.add(`%${word.replace(/[\\%_]/g, "\\$&")}%`)}`);

/** The branches whose union is the list, each in its order and at most as long. */
function branchesOf(listing: Listing, query: SourceQuery): string[] {
  if (query.state === "stuck" || query.stuck !== undefined) return stuckBranches(listing, query);
  const own = stateConditions(listing, query.state);
  if (query.startedBefore === undefined || query.correlation !== undefined) return [branchOf(listing, own)];
  const before = query.startedBefore;
  const at = (instantAt: number): string => `${listing.params.add(instant(instantAt))}::timestamptz`;
  const [start, end] = [at(before), at(before + LONG_MS)];
  return [
    // What changed last before the time also started before it.
    branchOf(listing, [...own, `updated_at < ${start}`]),
    branchOf(listing, [...own, `updated_at >= ${start} AND updated_at < ${end}`]),
    branchOf(listing, [...own, `updated_at >= ${end} AND updated_at - started_at > interval '1 hour'`]),
  ];
}

const branchOf = ({ schema, columns, conditions, limit }: Listing, own: readonly string[]): string => {
  const where = [...conditions, ...own];
  return `SELECT ${columns} FROM ${schema}saga_instance i ${where.length > 0 ? `WHERE ${where.join(" AND ")}` : ""}
    ${ORDER} ${limit}`;
};

/** What a state that is not `stuck` asks of a row: running and compensating sagas are those that are not stuck. */
function stateConditions({ schema, params, now, late }: Listing, state: SourceQuery["state"]): string[] {
  if (state === undefined) return [];
  if (state === "open") return ["ended_at IS NULL"];
  const found = [`state = ${params.add(state)}`];
  if (state !== "running" && state !== "compensating") return found;
  return [
    ...found,
    `parked IS NULL AND (wake_at IS NULL OR wake_at >= ${late})`,
    `NOT EXISTS (SELECT 1 FROM ${schema}saga_step s WHERE s.saga_type = i.saga_type AND s.saga_id = i.saga_id
      AND s.step = i.step AND ${overdueSql("s", now)})`,
  ];
}

const PARKED_AS: Partial<Record<string, string>> = {
  refused: "refused",
  "compensation-failed": "compensation_failed",
};

/** Parked sagas, those whose timer nobody acts on, and those whose reply is overdue: no saga is in two of them. */
function stuckBranches(listing: Listing, { stuck }: SourceQuery): string[] {
  const { schema, columns, conditions, now, late, limit, params } = listing;
  const parkedAs = stuck === undefined ? undefined : PARKED_AS[stuck];
  if (parkedAs !== undefined)
    return [branchOf(listing, [`parked IS NOT NULL AND parked = ${params.add(parkedAs)}`])];
  const dead = branchOf(listing, [`parked IS NULL AND ended_at IS NULL AND wake_at < ${late}`]);
  if (stuck === "timer-due") return [dead];
  const where = [
    ...[`i.saga_type = s.saga_type`, `i.saga_id = s.saga_id`, `i.step = s.step`, overdueSql("s", now)],
    `i.parked IS NULL AND i.ended_at IS NULL AND (i.wake_at IS NULL OR i.wake_at >= ${late})`,
  ];
  const overdue = `SELECT ${columns} FROM (SELECT i.* FROM ${schema}saga_step s, ${schema}saga_instance i
    WHERE ${where.join(" AND ")}) AS i ${conditions.length > 0 ? `WHERE ${conditions.join(" AND ")}` : ""} ${ORDER} ${limit}`;
  // Of a reason that only evidence tells, every saga that waits is a candidate.
  const parked = branchOf(listing, [
    stuck === undefined ? "parked IS NOT NULL" : "parked IS NOT NULL AND parked = 'timeout'",
  ]);
  return [parked, dead, overdue];
}
