import { compileAvro } from "#lib/adapters/kafka/search/decode/avro.ts";
import { compileProtobuf } from "#lib/adapters/kafka/search/decode/protobuf.ts";
import {
  DecodeError,
  type LoadedSchema,
  type MissingSchema,
  type SchemaLookup,
} from "#lib/adapters/kafka/search/decode/schema-lookup.ts";
import type { SchemaRegistryAccess } from "#lib/adapters/kafka/search/types.ts";
import { whereJsonFails, writeJson } from "#lib/domain/records/json-text.ts";

const MOST_SCHEMAS = 1_000;
const MOST_BYTES = 2 * 1024 * 1024;
const ANSWER_MS = 5_000;
/** A schema that could not be had is asked for again after this. */
const FORGET_MS = 30_000;
const MOST_REFERENCES = 100;

/** A schema as a registry answers it. */
interface StoredSchema {
  schemaType: string;
  schema: string;
  references: { name: string; subject: string; version: number }[];
}

/**
 * openSchemaRegistry reads schemas by id from a Schema Registry that speaks Confluent's API, with what they refer to,
 * and keeps the last thousand. An answer may take 5 s and 2 MB; redirects are not followed.
 */
export function openSchemaRegistry(access: SchemaRegistryAccess): SchemaLookup {
  const known = new Map<number, { schema: LoadedSchema | MissingSchema; forgetAt: number }>();
  return {
    get(id) {
      const found = known.get(id);
      return found === undefined || found.forgetAt <= Date.now() ? null : found.schema;
    },
    async load(id, signal) {
      const schema = await loadSchema(access, id, signal);
      signal.throwIfAborted();
      known.delete(id);
      known.set(id, { schema, forgetAt: "reason" in schema ? Date.now() + FORGET_MS : Infinity });
      const [oldest] = known.keys();
      if (known.size > MOST_SCHEMAS && oldest !== undefined) known.delete(oldest);
    },
  };
}

async function loadSchema(
  access: SchemaRegistryAccess,
  id: number,
  signal: AbortSignal,
): Promise<LoadedSchema | MissingSchema> {
  try {
    const stored = storedOf(await getJson(access, `schemas/ids/${id}`, signal));
    return compileStored(id, stored, await referencesOf(access, stored, signal));
  } catch (error) {
    if (error instanceof DecodeError) return { id, reason: `Schema ${id}: ${error.message}` };
    throw error;
  }
}

/** The schemas that one refers to, those they need first. */
async function referencesOf(
  access: SchemaRegistryAccess,
  stored: StoredSchema,
  signal: AbortSignal,
): Promise<Map<string, StoredSchema>> {
  const found = new Map<string, StoredSchema>();
  const visiting = new Set<string>();
  const visit = async ({ references }: StoredSchema): Promise<void> => {
    for (const { name, subject, version } of references) {
      if (found.has(name) || visiting.has(name)) continue;
      if (visiting.size >= MOST_REFERENCES) throw new DecodeError("It refers to more than 100 others.");
      visiting.add(name);
      const path = `subjects/${encodeURIComponent(subject)}/versions/${version}`;
      const referred = storedOf(await getJson(access, path, signal));
      await visit(referred);
      found.set(name, referred);
    }
  };
  await visit(stored);
  return found;
}

function compileStored(
  id: number,
  stored: StoredSchema,
  references: ReadonlyMap<string, StoredSchema>,
): LoadedSchema {
  switch (stored.schemaType) {
    case "AVRO": {
      const avro = compileAvro(
        parse(stored.schema),
        [...references.values()].map(({ schema }) => parse(schema)),
      );
      return {
        id,
        decoder: "avro",
        read: (bytes) => ({ json: writeJson(avro.read(bytes)), name: avro.name }),
      };
    }
    case "PROTOBUF": {
      const imports = [...references].map(([name, { schema }]) => ({ name, text: schema }));
      const file = compileProtobuf(stored.schema, imports);
      return { id, decoder: "protobuf", read: (bytes) => namedJson(file.read(bytes)) };
    }
    case "JSON": {
      const schema = parse(stored.schema);
      return {
        id,
        decoder: "json-schema",
        read: (bytes) => ({ json: jsonOf(bytes), name: titleOf(schema) }),
      };
    }
    default:
      throw new DecodeError(`Its kind ${stored.schemaType.slice(0, 40)} is not known.`);
  }
}

const namedJson = ({ value, name }: { value: unknown; name: string }): { json: string; name: string } => ({
  json: writeJson(value),
  name: name.replace(/^\./, ""),
});

function jsonOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new DecodeError(whereJsonFails(error));
  }
}

function titleOf(schema: unknown): string | null {
  const { title, $id } = (schema ?? {}) as Record<string, unknown>;
  if (typeof title === "string") return title;
  return typeof $id === "string" ? $id : null;
}

function storedOf(answer: unknown): StoredSchema {
  const { schemaType = "AVRO", schema, references = [] } = (answer ?? {}) as Record<string, unknown>;
  if (typeof schema !== "string" || typeof schemaType !== "string" || !Array.isArray(references))
    throw new DecodeError("The Schema Registry's answer is not a schema.");
  return { schema, schemaType, references: references.map(referenceOf) };
}

function referenceOf(reference: unknown): StoredSchema["references"][number] {
  const { name, subject, version } = (reference ?? {}) as Record<string, unknown>;
  if (typeof name !== "string" || typeof subject !== "string" || typeof version !== "number")
    throw new DecodeError("The Schema Registry's answer refers to what it does not name.");
  return { name, subject, version };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Avro's simplest schemas are a bare name.
    if (/^[A-Za-z_][\w.]*$/.test(text)) return text;
    throw new DecodeError("The schema is not JSON.");
  }
}

async function getJson(access: SchemaRegistryAccess, path: string, signal: AbortSignal): Promise<unknown> {
  const { url, username, password = "" } = access;
  const credentials = Buffer.from(`${username ?? ""}:${password}`).toString("base64");
  const headers: Record<string, string> = {
    accept: "application/vnd.schemaregistry.v1+json, application/json",
  };
  if (username !== undefined) headers["authorization"] = `Basic ${credentials}`;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]);
  try {
    const target = new URL(path, url.endsWith("/") ? url : `${url}/`);
    const answer = await fetch(target, { headers, redirect: "error", signal: limit });
    if (answer.status === 404) throw new DecodeError("The Schema Registry does not know it.");
    if (!answer.ok) throw new DecodeError(`The Schema Registry answered ${answer.status}.`);
    return JSON.parse(await textOf(answer)) as unknown;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof DecodeError) throw error;
    const what = limit.aborted
      ? "did not answer in 5 s"
      : "cannot be reached or does not answer in its own terms";
    throw new DecodeError(`The Schema Registry ${what}.`);
  }
}

async function textOf(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of answer.body ?? []) {
    size += part.length;
    if (size > MOST_BYTES) throw new DecodeError("The Schema Registry's answer is larger than 2 MB.");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}
