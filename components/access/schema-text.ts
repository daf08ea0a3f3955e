import type { JsonSchema } from "./openapi-document.ts";

/** The schemas that a `$ref` may name, by name. */
export type NamedSchemas = Readonly<Record<string, JsonSchema>>;

/** A JSON Schema as readable text in the manner of TypeScript, what a type cannot say behind `//`. */
export function schemaText(schema: JsonSchema, named: NamedSchemas): string {
  const note = schemaNote(resolved(schema, named));
  return `${typeText(schema, named, "")}${note === "" ? "" : `  // ${note}`}`;
}

function resolved(schema: JsonSchema, named: NamedSchemas): JsonSchema {
  const target = schema.$ref?.split("/").at(-1);
  return target === undefined ? schema : (named[target] ?? {});
}

/** The type alone; `indent` stands before the lines of an object that follow its first. */
export function typeText(given: JsonSchema, named: NamedSchemas, indent = ""): string {
  const schema = resolved(given, named);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return choices.map((choice) => typeText(choice, named, indent)).join(" | ");
  if (schema.items !== undefined) {
    const item = typeText(schema.items, named, indent);
    return item.includes(" | ") && !item.startsWith("{") ? `(${item})[]` : `${item}[]`;
  }
  if (schema.properties !== undefined) return objectText(schema, named, indent);
  if (typeof schema.additionalProperties === "object") {
    return `{ [key: string]: ${typeText(schema.additionalProperties, named, indent)} }`;
  }
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  return schema.type ?? "any";
}

function objectText(schema: JsonSchema, named: NamedSchemas, indent: string): string {
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return "{}";
  const inner = `${indent}  `;
  const lines = fields.map(([name, field]) => {
    const optional = schema.required?.includes(name) === true ? "" : "?";
    const note = schemaNote(resolved(field, named));
    return `${inner}${name}${optional}: ${typeText(field, named, inner)}${note === "" ? "" : `  // ${note}`}`;
  });
  return `{\n${lines.join("\n")}\n${indent}}`;
}

const FORMATS: Readonly<Record<string, string>> = { "date-time": "ISO 8601 in UTC", email: "email address" };
const DECIMAL = "^\\d+$";

/** What a type cannot say: format, bounds, default. Looks through a union for the one part that has something to say. */
export function schemaNote(schema: JsonSchema): string {
  const parts = (schema.anyOf ?? schema.oneOf ?? []).filter(
    ({ type, properties }) => type !== "null" && !properties,
  );
  const only = parts.length === 1 ? parts[0] : undefined;
  const told = only ?? schema;
  const notes = [
    told.pattern === DECIMAL
      ? "decimal digits"
      : told.format === undefined
        ? ""
        : (FORMATS[told.format] ?? ""),
    boundsText(told),
    schema.default === undefined ? "" : `default ${JSON.stringify(schema.default)}`,
  ];
  return notes.filter((note) => note !== "").join(", ");
}

function boundsText({ minimum, maximum, minLength, maxLength }: JsonSchema): string {
  const least = minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  const length = rangeText(minLength, maxLength);
  return [rangeText(least, most), length === "" ? "" : `${length} characters`]
    .filter((text) => text !== "")
    .join(", ");
}

function rangeText(least: number | undefined, most: number | undefined): string {
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  if (least !== undefined) return `${least} or more`;
  return most === undefined ? "" : `at most ${most}`;
}

/** A value that a schema would take, for a command line to start from. */
export function exampleOf(given: JsonSchema, named: NamedSchemas): unknown {
  const schema = resolved(given, named);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const choice = (schema.anyOf ?? schema.oneOf)?.[0];
  if (choice !== undefined) return exampleOf(choice, named);
  if (schema.items !== undefined) return [];
  if (schema.properties !== undefined) {
    const required = Object.entries(schema.properties).filter(([name]) => schema.required?.includes(name));
    return Object.fromEntries(required.map(([name, field]) => [name, exampleOf(field, named)]));
  }
  switch (schema.type) {
    case "integer":
    case "number":
      return Math.max(1, schema.minimum ?? 1);
    case "boolean":
      return true;
    case "string":
      return schema.format === "email" ? "ana@example.com" : "...";
    default:
      return {};
  }
}
