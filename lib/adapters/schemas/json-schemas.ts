import { Ajv, type ErrorObject, type Options, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { schemaOf, type TopicSchema, type ValueSchemas } from "#lib/domain/jobs/value-schemas.ts";

/** SchemaError says which file is no JSON Schema that Sluice can use, and why; it quotes nothing of the file. */
export class SchemaError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "SchemaError";
  }
}

/** Unknown keywords are annotations, as JSON Schema has it; the first broken rule is enough. */
const OPTIONS: Options = { strict: false, allErrors: false, logger: false };
const DRAFT_07 = /^https?:\/\/json-schema\.org\/draft-07\/schema#?$/;

/**
 * openJsonSchemas compiles JSON Schemas of drafts 2020-12, the default, and 07. Throws {@link SchemaError} for one that
 * does not compile: another draft, a reference to another file, a rule that is none.
 */
export function openJsonSchemas(schemas: readonly TopicSchema[]): ValueSchemas {
  const byTopic = new Map(schemas.map((each) => [each.topic, compile(each)]));
  return {
    covers: (topic) => schemaOf(byTopic, topic) !== undefined,
    validateValue(topic, value) {
      const validate = schemaOf(byTopic, topic);
      return validate === undefined ? null : problemOf(validate, value);
    },
  };
}

function compile({ topic, file, schema }: TopicSchema): ValidateFunction {
  if (typeof schema !== "boolean" && (typeof schema !== "object" || schema === null || Array.isArray(schema)))
    throw new SchemaError(`${file}, the schema of ${topic}, is no JSON Schema: it must be an object.`);
  try {
    const named = typeof schema === "object" ? (schema as { $schema?: unknown }).$schema : undefined;
    const ajv = typeof named === "string" && DRAFT_07.test(named) ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS);
    addFormats(ajv);
    return ajv.compile(schema);
  } catch (error) {
    const why = error instanceof Error ? error.message : "it cannot be compiled";
    throw new SchemaError(
      `${file}, the schema of ${topic}, is no JSON Schema that Sluice can use: ${why}.`,
      error,
    );
  }
}

function problemOf(validate: ValidateFunction, value: Uint8Array): string | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(UTF8.decode(value)) as unknown;
  } catch {
    // What a parser says quotes the value.
    return "The value is not JSON, and its topic has a schema.";
  }
  if (validate(parsed)) return null;
  const [first] = validate.errors ?? [];
  return `The value breaks the schema of its topic at ${first === undefined ? "/" : placeOf(first)}.`;
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A JSON pointer and the rule's name; a missing property is told by where it should be. */
function placeOf({ instancePath, keyword, params }: ErrorObject): string {
  const { missingProperty } = params as { missingProperty?: unknown };
  const missing =
    typeof missingProperty === "string"
      ? `/${missingProperty.replaceAll("~", "~0").replaceAll("/", "~1")}`
      : "";
  const pointer = `${instancePath}${missing}`;
  return `${pointer === "" ? "/" : pointer}: ${keyword}`;
}
