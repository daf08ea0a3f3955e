import { z } from "zod";

/** One JSON Schema of the document, as far as this page shows it. */
export interface JsonSchema {
  $ref?: string | undefined;
  type?: string | string[] | undefined;
  format?: string | undefined;
  pattern?: string | undefined;
  const?: unknown;
  enum?: unknown[] | undefined;
  default?: unknown;
  minimum?: number | undefined;
  maximum?: number | undefined;
  minLength?: number | undefined;
  maxLength?: number | undefined;
  properties?: Record<string, JsonSchema> | undefined;
  required?: string[] | undefined;
  additionalProperties?: JsonSchema | boolean | undefined;
  items?: JsonSchema | undefined;
  anyOf?: JsonSchema[] | undefined;
  oneOf?: JsonSchema[] | undefined;
}

const jsonSchema: z.ZodType<JsonSchema> = z.object({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  const: z.unknown().optional(),
  enum: z.array(z.unknown()).optional(),
  default: z.unknown().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  get properties() {
    return z.record(z.string(), jsonSchema).optional();
  },
  required: z.array(z.string()).optional(),
  get additionalProperties() {
    return z.union([jsonSchema, z.boolean()]).optional();
  },
  get items() {
    return jsonSchema.optional();
  },
  get anyOf() {
    return z.array(jsonSchema).optional();
  },
  get oneOf() {
    return z.array(jsonSchema).optional();
  },
});

const content = z.record(z.string(), z.object({ schema: jsonSchema }));
const answer = z.object({ description: z.string(), content: content.optional() });
const parameter = z.object({
  name: z.string(),
  in: z.enum(["path", "query"]),
  required: z.boolean(),
  schema: jsonSchema,
});
const operation = z.object({
  operationId: z.string(),
  tags: z.array(z.string()).min(1),
  summary: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  "x-permission": z.string().optional(),
  "x-audit": z.string().optional(),
  parameters: z.array(parameter),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.union([z.object({ $ref: z.string() }), answer])),
});

/** openApiText reads what /api/openapi.json answers, as far as this page shows it. */
export const openApiText = z.object({
  info: z.object({ description: z.string() }),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({
    schemas: z.record(z.string(), jsonSchema),
    responses: z.record(z.string(), answer),
  }),
});
export type OpenApiText = z.output<typeof openApiText>;
export type ApiParameter = z.output<typeof parameter>;

/** One answer of a call: its status (or `default`), what it means and its schema. */
interface ApiAnswer {
  readonly status: string;
  readonly description: string;
  readonly type: string | undefined;
  readonly schema: JsonSchema | undefined;
}

/** One call of the API. */
export interface ApiCall {
  readonly id: string;
  /** The feature it belongs to. */
  readonly tag: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  /** A permission, `signed-in`, or null where everybody may call. */
  readonly permission: string | null;
  /** The action in the audit of a call that changes something. */
  readonly audit: string | undefined;
  readonly parameters: readonly ApiParameter[];
  readonly body: JsonSchema | undefined;
  readonly answers: readonly ApiAnswer[];
}

/** The calls of a document in its order. */
export function apiCalls(document: OpenApiText): ApiCall[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({
      id: each.operationId,
      tag: each.tags[0] ?? "other",
      method: method.toUpperCase(),
      path,
      summary: each.summary,
      permission: each.security.length === 0 ? null : (each["x-permission"] ?? "signed-in"),
      audit: each["x-audit"],
      parameters: each.parameters,
      body: each.requestBody?.content["application/json"]?.schema,
      answers: Object.entries(each.responses).map(([status, given]) => answerOf(document, status, given)),
    })),
  );
}

function answerOf(
  document: OpenApiText,
  status: string,
  given: { $ref: string } | z.output<typeof answer>,
): ApiAnswer {
  const found = "$ref" in given ? document.components.responses[given.$ref.split("/").at(-1) ?? ""] : given;
  const [type, body] = Object.entries(found?.content ?? {})[0] ?? [];
  return { status, description: found?.description ?? "", type, schema: body?.schema };
}
