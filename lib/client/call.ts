import { z } from "zod";

import type { CallInput, Endpoint, OutputOf } from "#lib/contracts/endpoint.ts";
import type { ErrorCode } from "#lib/contracts/error-codes.ts";
import { fillPath } from "#lib/contracts/paths.ts";

/** What a call may fail with: a code of the API, or one of the two failures that never reached it whole. */
export type ApiErrorCode = ErrorCode | "network_failed" | "response_unreadable";

/** One field that the server refused. */
export interface InvalidParam {
  name: string;
  reason: string;
}

interface ApiErrorFacts {
  code: string;
  detail: string;
  status: number;
  requestId?: string | undefined;
  sinceAt?: number | undefined;
  invalidParams?: readonly InvalidParam[];
  term?: number | undefined;
  cause?: unknown;
}

/** ApiError is a call that failed, in the server's own words (RFC 9457). `message` is the detail. */
export class ApiError extends Error {
  readonly code: string;
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly requestId: string | undefined;
  /** Since when, epoch ms, where the server says so (`database_unreachable`). */
  readonly sinceAt: number | undefined;
  readonly invalidParams: readonly InvalidParam[];
  /** The index of the condition of a search that was refused (`filter_invalid`). */
  readonly term: number | undefined;

  constructor({ code, detail, status, requestId, sinceAt, invalidParams = [], term, cause }: ApiErrorFacts) {
    super(detail, { cause });
    this.name = "ApiError";
    this.code = code;
    this.status = status;
    this.requestId = requestId;
    this.sinceAt = sinceAt;
    this.invalidParams = invalidParams;
    this.term = term;
  }

  /** Whether the failure is of this kind; checked against the known codes at compile time. */
  is(code: ApiErrorCode): boolean {
    return this.code === code;
  }
}

/** An object without a key. */
type Empty = Readonly<Record<string, never>>;

/** Leaves out what has nothing to say: `params` without keys, a body that is undefined. */
type Optional<Key extends string, Value> = Empty extends Value
  ? Partial<Record<Key, Value>>
  : undefined extends Value
    ? Partial<Record<Key, Value>>
    : Record<Key, Value>;

/** What a caller gives an endpoint, as domain values: `params`, `query` and `body`, each only where it is needed. */
export type Asked<E extends Endpoint> = Optional<"params", CallInput<E>["params"]> &
  Optional<"query", CallInput<E>["query"]> &
  Optional<"body", CallInput<E>["body"]>;

interface LooseAsked {
  params?: unknown;
  query?: unknown;
  body?: unknown;
}

/** An endpoint's input as it goes over the wire; plain JSON, so it also serves as a query key. */
export interface WireInput {
  params: Record<string, string>;
  query: Record<string, string>;
  body: unknown;
}

/** Encodes the given fields of an object schema one by one: what was left out stays out. */
function encodeFields(schema: z.ZodType, values: unknown): Record<string, string> {
  if (!(schema instanceof z.ZodObject)) throw new Error("Parameters and queries are object schemas.");
  const given = z.record(z.string(), z.unknown()).parse(values ?? {});
  const encoded: Record<string, string> = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    const value = given[name];
    if (value === undefined || !(field instanceof z.ZodType)) continue;
    encoded[name] = String(z.encode(field, value));
  }
  return encoded;
}

/** Turns domain values into their wire form by the endpoint's codecs. */
export function toWire<E extends Endpoint>(endpoint: E, asked: Asked<E>): WireInput {
  const loose: LooseAsked = asked;
  return {
    params: encodeFields(endpoint.params, loose.params),
    query: encodeFields(endpoint.query, loose.query),
    body: loose.body === undefined ? undefined : z.encode(endpoint.body, loose.body),
  };
}

/** The URL of a call, relative to the console. */
export function urlOf(endpoint: Endpoint, wire: WireInput): string {
  const search = new URLSearchParams(wire.query).toString();
  return `${fillPath(endpoint.path, wire.params)}${search === "" ? "" : `?${search}`}`;
}

interface CallOptions {
  signal?: AbortSignal;
}

/**
 * Calls an endpoint with domain values and returns its answer as domain values.
 * Throws ApiError; an abort rejects with the signal's reason.
 */
export async function call<E extends Endpoint>(
  endpoint: E,
  asked: Asked<E>,
  options: CallOptions = {},
): Promise<OutputOf<E>> {
  return send(endpoint, toWire(endpoint, asked), options);
}

/** Does what {@link call} does with an input that is in wire form already. */
export async function send<E extends Endpoint>(
  endpoint: E,
  wire: WireInput,
  { signal }: CallOptions = {},
): Promise<OutputOf<E>> {
  const response = await answerOf(urlOf(endpoint, wire), {
    method: endpoint.method,
    headers: {
      accept: "application/json",
      ...(wire.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(wire.body === undefined ? {} : { body: JSON.stringify(wire.body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) throw await problemOf(response);
  return decoded(endpoint, response);
}

/** answerOf is the answer to a request. Throws ApiError `network_failed` where none comes, the abort's reason. */
export async function answerOf(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    throw new ApiError({
      code: "network_failed",
      status: 0,
      detail: "The console does not answer: it may be restarting, or the network is down.",
      cause,
    });
  }
}

async function decoded<E extends Endpoint>(endpoint: E, response: Response): Promise<OutputOf<E>> {
  try {
    return endpoint.response.parse(await response.json()) as OutputOf<E>;
  } catch (cause) {
    throw new ApiError({
      code: "response_unreadable",
      status: response.status,
      detail:
        "The answer does not have the form this page expects. Reload it: the console may have been updated.",
      requestId: response.headers.get("x-request-id") ?? undefined,
      cause,
    });
  }
}

const problem = z.object({
  code: z.string(),
  title: z.string().optional(),
  detail: z.string().optional(),
  requestId: z.string().optional(),
  details: z.looseObject({ since: z.string().optional(), term: z.number().optional() }).optional(),
  invalid_params: z.array(z.object({ name: z.string(), reason: z.string() })).optional(),
});

/** problemOf makes an ApiError of an answer that is a refusal. */
export async function problemOf(response: Response): Promise<ApiError> {
  const parsed = problem.safeParse(await bodyOf(response));
  const requestId = response.headers.get("x-request-id") ?? undefined;
  if (!parsed.success) {
    return new ApiError({
      code: "response_unreadable",
      status: response.status,
      detail: `Something between this browser and the console answered ${response.status}.`,
      requestId,
    });
  }
  const facts = parsed.data;
  const sinceAt = Date.parse(facts.details?.since ?? "");
  return new ApiError({
    code: facts.code,
    status: response.status,
    detail: facts.detail ?? facts.title ?? facts.code,
    requestId: facts.requestId ?? requestId,
    sinceAt: Number.isNaN(sinceAt) ? undefined : sinceAt,
    invalidParams: facts.invalid_params ?? [],
    term: facts.details?.term,
  });
}

/** The body as JSON, or undefined where it is none: a proxy's error page. */
async function bodyOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
