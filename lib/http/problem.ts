import type { z } from "zod";
import { DatabaseUnreachableError } from "#lib/adapters/db/database-unreachable.ts";
import type { ErrorCode } from "#lib/contracts/error-codes.ts";
import { AppError, type InvalidParam } from "#lib/services/app-error.ts";

/** invalidRequest is `request_invalid` with the parameters that are wrong. */
export function invalidRequest(message: string, invalidParams: readonly InvalidParam[]): AppError {
  return new AppError("request_invalid", message, { invalidParams });
}

/** invalidParamsOf makes invalid_params of Zod's issues. */
export function invalidParamsOf(error: z.ZodError, place: InvalidParam["in"]): InvalidParam[] {
  return error.issues.map((issue) => ({
    name: issue.path.join(".") || place,
    in: place,
    reason: issue.message,
  }));
}

interface Kind {
  readonly status: number;
  readonly title: string;
}

/** The single place that knows the HTTP status of an error code. */
const KINDS: Readonly<Record<ErrorCode, Kind>> = {
  request_invalid: { status: 422, title: "The request cannot be understood" },
  request_too_large: { status: 413, title: "The request body is too large" },
  media_type_unsupported: { status: 415, title: "The request body has another type" },
  cursor_invalid: { status: 422, title: "The cursor is not one of this list" },
  session_missing: { status: 401, title: "Nobody is signed in" },
  session_expired: { status: 401, title: "The session has ended" },
  token_invalid: { status: 401, title: "The API token does not count" },
  permission_missing: { status: 403, title: "A permission is missing" },
  origin_foreign: { status: 403, title: "The request comes from another site" },
  sign_in_refused: { status: 401, title: "The sign-in was refused" },
  sign_in_throttled: { status: 429, title: "Too many failed attempts" },
  setup_token_invalid: { status: 403, title: "The set-up token is not the one" },
  setup_done: { status: 409, title: "The first administrator exists" },
  cluster_unknown: { status: 404, title: "No such cluster" },
  cluster_unreachable: { status: 502, title: "The cluster does not answer" },
  cluster_read_only: { status: 403, title: "The cluster is read-only" },
  group_unknown: { status: 404, title: "No such consumer group" },
  group_unsupported: { status: 409, title: "A group of this kind is not reset here" },
  group_not_empty: { status: 409, title: "The group has members" },
  group_not_settled: { status: 409, title: "The group has not been empty for long enough" },
  reset_unknown: { status: 404, title: "No such offset reset" },
  reset_not_planned: { status: 409, title: "The reset was decided on already" },
  reset_busy: { status: 409, title: "Another reset of the group is being applied" },
  reset_not_undoable: { status: 409, title: "The reset cannot be undone" },
  reset_plan_changed: { status: 409, title: "The plan is not true any more" },
  reset_changes_nothing: { status: 409, title: "Nothing would change" },
  reset_failed: { status: 502, title: "The brokers did not take the reset" },
  snapshot_unknown: { status: 404, title: "No such snapshot" },
  snapshot_exists: { status: 409, title: "The snapshot exists" },
  topic_unknown: { status: 404, title: "No such topic" },
  record_unknown: { status: 404, title: "No such record" },
  filter_invalid: { status: 422, title: "The filter cannot be understood" },
  search_token_invalid: { status: 422, title: "The search cannot be continued" },
  dead_letter_unknown: { status: 404, title: "No such dead letter" },
  cause_unknown: { status: 404, title: "No such cause" },
  selection_changed: { status: 409, title: "The selection is not what it was" },
  job_unknown: { status: 404, title: "No such job" },
  job_not_planned: { status: 409, title: "The job is not waiting for its start" },
  job_not_running: { status: 409, title: "The job is not under way" },
  job_not_approved: { status: 409, title: "The job needs a second person's approval" },
  job_confirmation_wrong: { status: 422, title: "The number of records is not confirmed" },
  job_plan_changed: { status: 409, title: "The plan is not true any more" },
  job_refused: { status: 409, title: "The plan refuses the job" },
  approval_own: { status: 403, title: "Nobody approves their own job" },
  transform_invalid: { status: 422, title: "The transform cannot be used" },
  saga_unknown: { status: 404, title: "No such saga" },
  saga_source_unreadable: { status: 503, title: "The source of the saga cannot be read" },
  saga_changed: { status: 409, title: "The saga has moved" },
  saga_command_not_offered: { status: 409, title: "The command is not offered now" },
  saga_command_busy: { status: 409, title: "Another command is under way" },
  saga_command_unserved: { status: 409, title: "No service takes commands there" },
  saga_confirmation_wrong: { status: 422, title: "The saga's id is not confirmed" },
  saga_batch_unknown: { status: 404, title: "No such batch of commands" },
  produce_refused: { status: 502, title: "The brokers did not take the record" },
  read_refused: { status: 502, title: "The brokers do not let records be read" },
  user_unknown: { status: 404, title: "No such user" },
  user_exists: { status: 409, title: "The user exists" },
  user_last_admin: { status: 409, title: "The last administrator stays" },
  token_unknown: { status: 404, title: "No such API token" },
  path_unknown: { status: 404, title: "No such path" },
  method_not_allowed: { status: 405, title: "The path has no such method" },
  database_unreachable: { status: 503, title: "The database does not answer" },
  schema_behind: { status: 503, title: "The database's schema is behind" },
  internal_error: { status: 500, title: "Something went wrong inside" },
};

/** statusOf is the HTTP status of an error code. */
export function statusOf(code: ErrorCode): number {
  return KINDS[code].status;
}

/** Prisma: a table or a column is missing; a raw query failed, with PostgreSQL's own code in `meta`. */
const MISSING_IN_SCHEMA: ReadonlySet<unknown> = new Set(["P2021", "P2022", "42P01", "42703"]);

/**
 * appErrorOf is what the caller is told of any error. What nobody threw on purpose reads `internal_error` and says
 * nothing of its cause, which is in the log under the request's id.
 */
export function appErrorOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof DatabaseUnreachableError) {
    const since = new Date(error.sinceAt).toISOString();
    return new AppError("database_unreachable", `The database does not answer since ${since}.`, {
      cause: error,
      details: { since },
    });
  }
  if (meansSchemaBehind(error)) {
    return new AppError("schema_behind", "The database lacks a migration of this version.", { cause: error });
  }
  return new AppError(
    "internal_error",
    "The request could not be served. The log tells more under its request id.",
    {
      cause: error,
    },
  );
}

function meansSchemaBehind(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, meta } = error as Error & { code?: unknown; meta?: { code?: unknown } };
  return MISSING_IN_SCHEMA.has(code) || MISSING_IN_SCHEMA.has(meta?.code);
}

/** problemResponse answers an error as RFC 9457 problem+json. */
export function problemResponse(
  error: AppError,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const { status, title } = KINDS[error.code];
  const body = {
    type: `urn:sluice:problem:${error.code}`,
    title,
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.invalidParams.length === 0 ? {} : { invalid_params: error.invalidParams }),
    ...(Object.keys(error.details).length === 0 ? {} : { details: error.details }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      "x-request-id": requestId,
      ...(status === 401 ? { "www-authenticate": "Bearer" } : {}),
      ...retryAfter(error, status),
      ...headers,
    },
  });
}

function retryAfter({ details }: AppError, status: number): Record<string, string> {
  if (status === 503) return { "retry-after": "5" };
  const seconds = details["retryAfterSeconds"];
  return seconds === undefined ? {} : { "retry-after": String(seconds) };
}
