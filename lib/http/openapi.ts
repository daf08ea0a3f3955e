import { z } from "zod";
import type { Endpoint } from "#lib/contracts/endpoint.ts";
import { ERROR_CODES } from "#lib/contracts/error-codes.ts";
import { LIVE_PATH, liveHint } from "#lib/contracts/live.ts";
import { ENDPOINTS } from "#lib/contracts/registry.ts";
import { COMPONENT_STATES, READINESS_PARTS } from "#lib/domain/health/readiness.ts";
import { statusOf } from "#lib/http/problem.ts";

type Json = Readonly<Record<string, unknown>>;

/** OpenApiDocument is an OpenAPI 3.1 description; its schemas are JSON Schema 2020-12. */
export interface OpenApiDocument {
  readonly openapi: "3.1.0";
  readonly info: Json;
  readonly paths: Readonly<Record<string, Json>>;
  readonly components: Json;
}

const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.enum(ERROR_CODES),
  requestId: z.string(),
  invalid_params: z
    .array(z.object({ name: z.string(), in: z.enum(["path", "query", "body"]), reason: z.string() }))
    .optional(),
  details: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

const state = z.enum(COMPONENT_STATES);
const readiness = z.object({
  status: z.enum(["ready", "not_ready"]),
  database: state,
  schema: state,
  worker: state,
  clusters: z.array(z.object({ id: z.string(), state })),
});

/**
 * openApiDocument describes the API from the contracts alone: the same text for the same contracts. Requests and
 * answers both stand in wire form (`io: "input"`): an offset is a decimal string there, an instant ISO 8601.
 */
export function openApiDocument(): OpenApiDocument {
  const paths: Record<string, Json> = {};
  for (const endpoint of ENDPOINTS) {
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: operationOf(endpoint),
    };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Sluice",
      version: "1",
      description:
        "The API of the Sluice console. Offsets are decimal strings, instants ISO 8601 in UTC, durations milliseconds. " +
        "Path parameters are percent-encoded; an id that is empty, `.`, `..` or begins with `~` gets a `~` in front. " +
        "Lists answer `nextCursor`: send it back as `cursor` for the next page. Errors are RFC 9457 problem+json.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    paths: { ...paths, ...OTHER_PATHS },
    components: {
      securitySchemes: {
        token: {
          type: "http",
          scheme: "bearer",
          description: "An API token of Settings, Tokens: `slc_...`.",
        },
        session: {
          type: "apiKey",
          in: "cookie",
          name: "next-auth.session-token",
          description: "A signed-in browser.",
        },
      },
      schemas: { Problem: wire(problem) },
      responses: {
        Problem: {
          description: `A problem; \`code\` is one of ${ERROR_CODES.map((code) => `${code} (${statusOf(code)})`).join(", ")}.`,
          content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
        },
      },
    },
  };
}

/** The schema of a value on the wire. */
function wire(schema: z.ZodType): Json {
  const json = jsonSchemaOf(schema);
  delete json.$schema;
  return json;
}

/** A format's own pattern and JavaScript's greatest integer say nothing that a reader of the API needs. */
function jsonSchemaOf(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  return z.toJSONSchema(schema, {
    io: "input",
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  });
}

const SECURITY = [{ token: [] }, { session: [] }];
const PROBLEM = { $ref: "#/components/responses/Problem" };

function operationOf(endpoint: Endpoint): Json {
  const { feature, permission, summary, body, response, audit, streams } = endpoint;
  const type = streams === true ? "application/x-ndjson" : "application/json";
  const hasBody = !(body instanceof z.ZodUndefined);
  return {
    operationId: operationIdOf(endpoint),
    tags: [feature],
    summary,
    ...(permission === "public" ? { security: [] } : { security: SECURITY, "x-permission": permission }),
    ...(audit === undefined ? {} : { "x-audit": audit }),
    parameters: [...parametersOf(endpoint.params, "path"), ...parametersOf(endpoint.query, "query")],
    ...(hasBody
      ? { requestBody: { required: true, content: { "application/json": { schema: wire(body) } } } }
      : {}),
    responses: {
      [endpoint.status ?? 200]: {
        description:
          endpoint.status === 202
            ? "Taken: a worker does it."
            : streams === true
              ? "Lines, one value each, until the end or until the caller leaves."
              : "Done.",
        content: { [type]: { schema: wire(response) } },
      },
      default: PROBLEM,
    },
  };
}

/** `GET /api/v1/clusters/{cluster}/groups` is `get_clusters_cluster_groups`: stable as long as the path is. */
function operationIdOf({ method, path }: Endpoint): string {
  const words = path.replace("/api/v1/", "").replace(/[{}]/g, "").split(/[/-]/);
  return [method.toLowerCase(), ...words].join("_");
}

function parametersOf(schema: z.ZodType, place: "path" | "query"): Json[] {
  const { properties = {}, required = [] } = jsonSchemaOf(schema);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === "path" || required.includes(name),
    schema: property,
  }));
}

const text = (type: string, description: string): Json => ({
  description,
  content: { [type]: { schema: { type: "string" } } },
});
const openRead = (operationId: string, summary: string, responses: Json): Json => ({
  get: { operationId, tags: ["operations"], summary, security: [], parameters: [], responses },
});
const READINESS = {
  description: "The state of each part.",
  content: { "application/json": { schema: wire(readiness) } },
};

/** Paths that answer no JSON of a contract. */
const OTHER_PATHS: Readonly<Record<string, Json>> = {
  [LIVE_PATH]: {
    get: {
      operationId: "get_live",
      tags: ["live"],
      summary: "Server-sent events: hints that something changed, never the data.",
      security: SECURITY,
      "x-permission": "signed-in",
      parameters: [],
      responses: {
        "200": {
          description: "A stream of hints.",
          content: { "text/event-stream": { schema: wire(liveHint) } },
        },
        default: PROBLEM,
      },
    },
  },
  "/api/health": openRead("get_health", "Whether the process lives.", {
    "200": {
      description: "It lives.",
      content: {
        "application/json": {
          schema: { type: "object", properties: { status: { const: "ok" } }, required: ["status"] },
        },
      },
    },
  }),
  "/api/health/ready": {
    get: {
      operationId: "get_health_ready",
      tags: ["operations"],
      summary: "Whether database, schema, worker and every cluster work; `only` asks for some of them alone.",
      security: [],
      parameters: [
        {
          name: "only",
          in: "query",
          required: false,
          style: "form",
          explode: false,
          schema: { type: "array", items: { enum: READINESS_PARTS } },
        },
      ],
      responses: { "200": READINESS, "503": READINESS, default: PROBLEM },
    },
  },
  "/api/metrics": {
    get: {
      operationId: "get_metrics",
      tags: ["operations"],
      summary: "Prometheus metrics of this console and the lag of all groups.",
      security: SECURITY,
      "x-permission": "metrics:read",
      parameters: [],
      responses: { "200": text("text/plain; version=0.0.4", "Metrics."), default: PROBLEM },
    },
  },
  "/api/openapi.json": openRead("get_openapi", "This description.", {
    "200": { description: "OpenAPI 3.1.", content: { "application/json": { schema: { type: "object" } } } },
  }),
};
