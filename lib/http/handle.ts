import { randomUUID } from "node:crypto";
import type { NextRequest } from "next/server";
import { describeError } from "#lib/http/describe-error.ts";
import { processMetrics } from "#lib/http/metrics.ts";
import { appErrorOf, problemResponse, statusOf } from "#lib/http/problem.ts";
import type { Log } from "#lib/log.ts";
import { runtime } from "#lib/runtime.ts";
import type { AppError } from "#lib/services/app-error.ts";

/**
 * What a route handler of Next gets beside the request; the parameters are percent-decoded. A production build
 * resolves to undefined where the path has none, although Next's own type denies it.
 */
interface RouteContext {
  readonly params: Promise<Record<string, string | string[] | undefined> | undefined>;
}

/** A route handler of Next. */
export type RouteHandler = (request: NextRequest, context: RouteContext) => Promise<Response>;

/** Exchange is one request as the code behind {@link handle} sees it. */
export interface Exchange {
  readonly request: NextRequest;
  /** The parameters of the path, percent-decoded, as Next gives them. */
  readonly params: Readonly<Record<string, string | string[] | undefined>>;
  /** Ours alone: one that a caller sends is not taken. */
  readonly requestId: string;
  readonly log: Log;
}

/**
 * handle makes a route handler that gives every request an id (`x-request-id` of the answer), turns whatever is
 * thrown into problem+json, and counts and logs the outcome under `route`, a path template: never the URL, whose
 * query a caller fills. 401 and 404 are logged as info, other refusals as warnings, failures as errors.
 */
export function handle(route: string, answer: (exchange: Exchange) => Promise<Response>): RouteHandler {
  return async (request, context) => {
    const startedAt = performance.now();
    const requestId = randomUUID();
    let response: Response;
    let refusal: AppError | undefined;
    let log: Log | undefined;
    try {
      log = runtime().log.child({ requestId, method: request.method, route });
      const params = (await context.params) ?? {};
      response = await answer({ request, params, requestId, log });
    } catch (error) {
      refusal = appErrorOf(error);
      response = problemResponse(refusal, requestId);
    }
    response.headers.set("x-request-id", requestId);
    if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
    const seconds = (performance.now() - startedAt) / 1000;
    const { requests, seconds: durations } = processMetrics();
    requests.inc({ method: request.method, route, status: response.status });
    durations.observe({ method: request.method, route }, seconds);
    if (log !== undefined)
      logOutcome(log, { refusal, status: response.status, durationMs: Math.round(seconds * 1000) });
    return response;
  };
}

interface Outcome {
  readonly refusal: AppError | undefined;
  readonly status: number;
  readonly durationMs: number;
}

function logOutcome(log: Log, { refusal, status, durationMs }: Outcome): void {
  if (refusal === undefined) {
    log.debug({ status, durationMs }, "answered");
    return;
  }
  const fields = { status, durationMs, code: refusal.code };
  if (statusOf(refusal.code) >= 500) {
    log.error({ ...fields, error: describeError(refusal.cause ?? refusal) }, "a request failed");
  } else if (status === 401 || status === 404) {
    log.info(fields, "a request was refused");
  } else {
    log.warn(fields, "a request was refused");
  }
}
