import { z } from "zod";
import type { Endpoint, InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import { unmarkSegment } from "#lib/contracts/paths.ts";
import type { AuditTarget } from "#lib/domain/audit/audit-entry.ts";
import { actorOf, refuseUnlessAllowed } from "#lib/http/actor-of.ts";
import { readJson } from "#lib/http/body.ts";
import { describeError } from "#lib/http/describe-error.ts";
import { handle, type Exchange, type RouteHandler } from "#lib/http/handle.ts";
import { refuseForeignOrigin } from "#lib/http/origin.ts";
import { appErrorOf, invalidRequest, invalidParamsOf, statusOf } from "#lib/http/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { AppError, type InvalidParam } from "#lib/services/app-error.ts";
import { startAction, type StartedAction } from "#lib/services/audit/record-action.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** What a route may add to its contract and service. */
export interface RouteOptions<E extends Endpoint> {
  /** What the body says of what is about to be done, for the audit entry: on record before the effect. */
  readonly auditInput?: (input: InputOf<E>) => AuditTarget;
  /** What the answer tells of what was made or done, for the audit entry. */
  readonly auditTarget?: (output: OutputOf<E>, input: InputOf<E>) => AuditTarget;
  /** Must pass before anything is written: keeps strangers from filling the audit through a public endpoint. */
  readonly admit?: (ctx: Ctx) => Promise<void>;
}

/**
 * withRoute makes Next's handler of an endpoint: request id, who it is, whether they may, origin of what writes
 * with a cookie, body, parameters, audit entry, service, answer in wire form. Every error leaves as problem+json.
 */
export function withRoute<E extends Endpoint>(
  endpoint: E,
  service: (ctx: Ctx, input: InputOf<E>) => Promise<OutputOf<E>>,
  options: RouteOptions<E> = {},
): RouteHandler {
  return handle(endpoint.path, async (exchange) => {
    const ctx = await admittedCtx(endpoint, exchange);
    const input = await parseInput(endpoint, exchange);
    await options.admit?.(ctx);
    const output = await audited({ ctx, endpoint, input, options }, () => {
      refuseReadOnly(ctx, endpoint, input.params);
      return service(ctx, input);
    });
    return Response.json(z.encode(endpoint.response, output), { status: endpoint.status ?? 200 });
  });
}

/** admittedCtx is what the service of an endpoint may touch, once it is known who asks, that they may, and from where. */
export async function admittedCtx(
  endpoint: Endpoint,
  { request, requestId, log }: Exchange,
  signal: AbortSignal = request.signal,
): Promise<Ctx> {
  const actor = await actorOf(request, endpoint.permission);
  const ctx = { ...runtime().ctxFor({ actor, requestId, signal }), log };
  await authorise(ctx, endpoint);
  if (endpoint.method !== "GET" && actor.kind === "user") {
    refuseForeignOrigin(request.headers, runtime().config.consoleUrl);
  }
  return ctx;
}

/** Refuses who may not. A refused attempt at what is audited is on record too. */
async function authorise(ctx: Ctx, endpoint: Endpoint): Promise<void> {
  try {
    refuseUnlessAllowed(ctx.actor, endpoint.permission);
  } catch (error) {
    if (endpoint.audit !== undefined && error instanceof AppError) {
      const action = await startAction(ctx, endpoint.audit, {});
      await action.end("refused", error.code);
    }
    throw error;
  }
}

/**
 * Nothing writes to a cluster that the configuration makes read-only; services and the adapter refuse it again. What
 * writes is audited: a call that sends a body and names no audit action reads.
 */
function refuseReadOnly(ctx: Ctx, { audit }: Endpoint, params: unknown): void {
  if (audit === undefined) return;
  const { cluster } = params as { cluster?: unknown };
  if (ctx.clusters.some(({ id, readOnly }) => readOnly && id === cluster))
    throw new AppError(
      "cluster_read_only",
      `The configuration makes the cluster ${String(cluster)} read-only.`,
    );
}

/** parseInput takes the parameters, query and body of a request. Throws AppError `request_invalid` naming what is wrong. */
export async function parseInput<E extends Endpoint>(
  endpoint: E,
  { request, params }: Exchange,
): Promise<InputOf<E>> {
  const ids = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === "string" ? unmarkSegment(value) : value,
    ]),
  );
  const given = {
    path: [endpoint.params, ids],
    query: [endpoint.query, Object.fromEntries(request.nextUrl.searchParams)],
    body: [endpoint.body, endpoint.body instanceof z.ZodUndefined ? undefined : await readJson(request)],
  } as const;
  const invalid: InvalidParam[] = [];
  const take = (place: InvalidParam["in"]): unknown => {
    const [schema, value] = given[place];
    const parsed = schema.safeParse(value);
    if (!parsed.success) invalid.push(...invalidParamsOf(parsed.error, place));
    return parsed.data;
  };
  // The schemas are the endpoint's own, so what they give is its input; TypeScript cannot follow them through E.
  const input = { params: take("path"), query: take("query"), body: take("body") } as InputOf<E>;
  if (invalid.length > 0) {
    const names = [...new Set(invalid.map(({ name }) => name))].join(", ");
    throw invalidRequest(`The request cannot be taken as it is: see ${names}.`, invalid);
  }
  return input;
}

interface Audited<E extends Endpoint> {
  readonly ctx: Ctx;
  readonly endpoint: E;
  readonly input: InputOf<E>;
  readonly options: RouteOptions<E>;
}

/** Runs the service between `started` and its outcome, where the contract names an audit action. */
async function audited<E extends Endpoint>(
  { ctx, endpoint, input, options }: Audited<E>,
  work: () => Promise<OutputOf<E>>,
): Promise<OutputOf<E>> {
  if (endpoint.audit === undefined) return work();
  const target = { ...(input.params as AuditTarget), ...options.auditInput?.(input) };
  const action = await startAction(ctx, endpoint.audit, target);
  let output: OutputOf<E>;
  try {
    output = await work();
  } catch (error) {
    const { code } = appErrorOf(error);
    await settle(ctx, () => action.end(statusOf(code) < 500 ? "refused" : "failed", code));
    throw error;
  }
  await settle(ctx, () => action.end("done", null, options.auditTarget?.(output, input)));
  return output;
}

/** The effect stands whether or not its outcome can be written: the entry then reads "outcome unknown". */
async function settle(ctx: Ctx, end: () => ReturnType<StartedAction["end"]>): Promise<void> {
  try {
    await end();
  } catch (error) {
    ctx.log.error({ error: describeError(error) }, "the outcome of an audited action was not written");
  }
}
