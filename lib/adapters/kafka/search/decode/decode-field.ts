import { isUtf8 } from "node:buffer";
import { decodeConsumerOffsets } from "#lib/adapters/kafka/search/decode/consumer-offsets.ts";
import {
  DecodeError,
  SchemaNeeded,
  type SchemaLookup,
} from "#lib/adapters/kafka/search/decode/schema-lookup.ts";
import { whereJsonFails } from "#lib/domain/records/json-text.ts";
import type { Decoder, DecoderChoice, DecoderFailure, SchemaRef } from "#lib/domain/records/record.ts";

/** A key or a value as it was read, whole and unmasked: it does not leave the thread. */
export interface DecodedField {
  decoder: Decoder;
  text: string;
  /** Whether the text is JSON. */
  json: boolean;
  schema: SchemaRef | null;
  failures: DecoderFailure[];
  sizeBytes: number;
}

/** What a decoder may know besides the bytes. */
export interface DecodeContext {
  topic: string;
  part: "key" | "value";
  /** The record's key: the values of `__consumer_offsets` are read by it. */
  key: Buffer | null;
  /** null where no Schema Registry is configured. */
  schemas: SchemaLookup | null;
}

/** What a decoder makes of bytes, or why they do not fit. */
type Attempt =
  | { ok: true; text: string; json: boolean; schema: SchemaRef | null; decoder: Decoder }
  | { ok: false; reason: string };

/** Longer text is not tried as JSON: reading it would hold the thread up. */
const LONGEST_JSON_BYTES = 16 * 1024 * 1024;
const WIRE_PREFIX_BYTES = 5;

/**
 * decodeField reads the bytes of a key or a value. A choice that does not fit is told in `failures` and read as `auto`
 * would: `__consumer_offsets` by its own formats, Confluent's wire format where a Schema Registry is configured, JSON
 * objects, lists and strings, printable UTF-8, else hex. The text of JSON is the record's own, so numbers keep their
 * digits. Throws SchemaNeeded.
 */
export function decodeField(bytes: Buffer, choice: DecoderChoice, context: DecodeContext): DecodedField {
  const failures: DecoderFailure[] = [];
  const order = choice === "auto" ? automatic(bytes, context) : [choice, ...automatic(bytes, context)];
  for (const decoder of order) {
    if (failures.some((each) => each.decoder === decoder)) continue;
    const attempt = tryDecoder(decoder, bytes, context);
    if (attempt.ok) {
      const { text, json, schema } = attempt;
      return { decoder: attempt.decoder, text, json, schema, failures, sizeBytes: bytes.length };
    }
    failures.push({ decoder, reason: attempt.reason });
  }
  return {
    decoder: "hex",
    text: bytes.toString("hex"),
    json: false,
    schema: null,
    failures,
    sizeBytes: bytes.length,
  };
}

/** The decoders that bytes look like, most telling first; hex, which fits everything, is not among them. */
function automatic(bytes: Buffer, { topic, schemas }: DecodeContext): Decoder[] {
  const order: Decoder[] = [];
  if (topic === "__consumer_offsets") order.push("consumer-offsets");
  if (bytes[0] === 0 && bytes.length >= WIRE_PREFIX_BYTES && (schemas !== null || !isPrintable(bytes)))
    order.push("avro");
  if (looksLikeJson(bytes)) order.push("json");
  order.push("text");
  return order;
}

function tryDecoder(decoder: Decoder, bytes: Buffer, context: DecodeContext): Attempt {
  switch (decoder) {
    case "json":
      return tryJson(bytes);
    case "text":
      return isPrintable(bytes)
        ? fits("text", bytes.toString("utf8"))
        : { ok: false, reason: "It is not printable UTF-8 text." };
    case "hex":
      return fits("hex", bytes.toString("hex"));
    case "base64":
      return fits("base64", bytes.toString("base64"));
    case "consumer-offsets":
      return tryOffsets(bytes, context);
    case "avro":
    case "protobuf":
    case "json-schema":
      return trySchema(decoder, bytes, context);
  }
}

const fits = (decoder: Decoder, text: string, json = false): Attempt => ({
  ok: true,
  decoder,
  text,
  json,
  schema: null,
});

function tryJson(bytes: Buffer): Attempt {
  if (bytes.length > LONGEST_JSON_BYTES)
    return { ok: false, reason: "It is larger than 16 MB and is not tried." };
  if (!isUtf8(bytes)) return { ok: false, reason: "It is not JSON: its bytes are not UTF-8." };
  const text = bytes.toString("utf8");
  try {
    JSON.parse(text);
    return fits("json", text, true);
  } catch (error) {
    return { ok: false, reason: whereJsonFails(error) };
  }
}

function tryOffsets(bytes: Buffer, { part, key }: DecodeContext): Attempt {
  try {
    return fits("consumer-offsets", decodeConsumerOffsets(bytes, part, key), true);
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

/** Reads Confluent's wire format: 0, the schema's id in 4 bytes, then what the schema's kind says. */
function trySchema(asked: Decoder, bytes: Buffer, { schemas }: DecodeContext): Attempt {
  if (bytes.length < WIRE_PREFIX_BYTES || bytes[0] !== 0)
    return {
      ok: false,
      reason: "It does not begin with 0 and a schema id, as Confluent's wire format does.",
    };
  const id = bytes.readInt32BE(1);
  if (schemas === null)
    return {
      ok: false,
      reason: `It names the schema ${id}, and no Schema Registry is configured for this cluster.`,
    };
  const schema = schemas.get(id);
  if (schema === null) throw new SchemaNeeded(id);
  if ("reason" in schema) return { ok: false, reason: schema.reason };
  try {
    const { json, name } = schema.read(bytes.subarray(WIRE_PREFIX_BYTES));
    return { ok: true, decoder: schema.decoder, text: json, json: true, schema: { id, name } };
  } catch (error) {
    const other = schema.decoder === asked ? "" : ` (${schema.decoder})`;
    return { ok: false, reason: `Schema ${id}${other}: ${reasonOf(error)}` };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof DecodeError) return error.message;
  if (error instanceof RangeError) return "The bytes end too early.";
  throw error;
}

const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** isPrintable tells bytes that are UTF-8 text without control characters, save tabs and line ends. */
export function isPrintable(bytes: Buffer): boolean {
  return isUtf8(bytes) && !CONTROL.test(bytes.toString("utf8"));
}

const JSON_BEGINS = new Set(["{", "[", '"'].map((each) => each.charCodeAt(0)));
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);

/** looksLikeJson tells bytes that begin as a JSON object, list or string does; a bare number is text. */
export function looksLikeJson(bytes: Buffer): boolean {
  let at = 0;
  while (at < bytes.length && SPACES.has(bytes[at] ?? 0)) at += 1;
  return JSON_BEGINS.has(bytes[at] ?? 0);
}
