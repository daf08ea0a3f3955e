import type { z } from "zod";
import type { Permission } from "#lib/domain/access/role.ts";

/** Features: the nouns of the URLs. The first word of every query key and every live hint. */
export const FEATURES = [
  "clusters",
  "brokers",
  "topics",
  "groups",
  "records",
  "dead-letters",
  "jobs",
  "sagas",
  "access",
] as const;
export type Feature = (typeof FEATURES)[number];

/** Who may call: a permission, anybody signed in, or everybody. */
export type Admission = Permission | "signed-in" | "public";

/**
 * Endpoint is one API call as data: the route serves it, the browser calls it, OpenAPI describes it, all from
 * this one object. `path` holds `{name}` for each key of `params`.
 */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Response extends z.ZodType = z.ZodType,
> {
  readonly feature: Feature;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: `/api/${string}`;
  /** One sentence for OpenAPI. */
  readonly summary: string;
  readonly permission: Admission;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly response: Response;
  /** The audit action (`token.create`) of a call that changes something; absent on reads. */
  readonly audit?: string;
  /** The status of a good answer: 202 where a worker does the work later; 200 where absent. */
  readonly status?: 202;
  /** The answer is NDJSON, a line of `response` each, for as long as the caller listens. */
  readonly streams?: true;
}

/** endpoint keeps the precise types of an endpoint's schemas. */
export function endpoint<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, R extends z.ZodType>(
  definition: Endpoint<P, Q, B, R>,
): Endpoint<P, Q, B, R> {
  return definition;
}

/** What a service gets: decoded parameters, query and body in one object. */
export type InputOf<E extends Endpoint> = {
  params: z.output<E["params"]>;
  query: z.output<E["query"]>;
  body: z.output<E["body"]>;
};

/** What a caller gives, in the form before decoding defaults are filled in but after codecs: domain values. */
export type CallInput<E extends Endpoint> = {
  params: z.output<E["params"]>;
  query: Partial<z.output<E["query"]>>;
  body: z.output<E["body"]>;
};

/** What a service returns and a caller receives. */
export type OutputOf<E extends Endpoint> = z.output<E["response"]>;
