import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";
import {
  decodeField,
  looksLikeJson,
  type DecodedField,
} from "#lib/adapters/kafka/search/decode/decode-field.ts";
import {
  cutHeader,
  cutText,
  decodeHeader,
  type DecodedHeader,
} from "#lib/adapters/kafka/search/decode/decode-headers.ts";
import type { SchemaLookup } from "#lib/adapters/kafka/search/decode/schema-lookup.ts";
import type { DecoderChoices } from "#lib/adapters/kafka/search/types.ts";
import { parseJson } from "#lib/domain/records/json-text.ts";
import {
  hideQuotes,
  hidesHeader,
  isErrorHeader,
  maskText,
  type MaskedText,
  type TopicMask,
} from "#lib/domain/records/masking.ts";
import { MASK } from "#lib/domain/records/record-search.ts";
import type { DecoderChoice, ShownField, ShownRecord } from "#lib/domain/records/record.ts";

/** What the records of one topic are read with. */
export interface TopicReading extends DecoderChoices {
  topic: string;
  topicId: string;
  mask: TopicMask;
  schemas: SchemaLookup | null;
}

type Part = "key" | "value";

/** A key or value after decoding and masking. */
interface SafeField {
  decoded: DecodedField;
  masked: MaskedText;
}

/** RECORD_TEXT limits, in characters: how much of a field a list, and a single record, is given. */
export const SHOWN_CHARACTERS = { list: 64 * 1024, single: 1024 * 1024 } as const;

/**
 * RecordFields is one record as filters and people see it: each part decoded at most once, when first asked for, and
 * masked before anything is made of it. Its calls throw SchemaNeeded.
 */
export class RecordFields {
  readonly view: RecordView;
  readonly partition: number;
  readonly reading: TopicReading;
  readonly #fields: Partial<Record<Part, SafeField | null>> = {};
  readonly #json: Partial<Record<Part, { value: unknown }>> = {};
  #headers: { list: DecodedHeader[]; masked: string[] } | null = null;

  constructor(view: RecordView, partition: number, reading: TopicReading) {
    this.view = view;
    this.partition = partition;
    this.reading = reading;
  }

  /** The text of a part for filters; null where the record has none. */
  text(part: Part): string | null {
    const bytes = this.view[part];
    if (bytes === null) return null;
    return this.#isPlain(part, bytes) ? bytes.toString("utf8") : (this.#safe(part)?.masked.text ?? null);
  }

  /** The JSON of a part for filters; undefined where it is none. */
  json(part: Part): unknown {
    return (this.#json[part] ??= { value: this.#readJson(part) }).value;
  }

  /** JSON where the part holds an object, a list or a string, else its text. */
  jsonOrText(part: Part): unknown {
    const bytes = this.view[part];
    if (bytes === null) return null;
    const isJson = !this.#isPlain(part, bytes) || looksLikeJson(bytes) || this.#choice(part) === "json";
    return (isJson ? this.json(part) : undefined) ?? this.text(part);
  }

  /** The headers in their order, masked. */
  headers(): DecodedHeader[] {
    return this.#safeHeaders().list;
  }

  /** The record as it is shown, its texts no longer than `longest` characters. */
  show(longest: number): ShownRecord {
    const { topic, topicId } = this.reading;
    const { offset, timestamp, sizeBytes, transactional, stampedBy } = this.view;
    const [key, value] = [this.#safe("key"), this.#safe("value")];
    const headers = this.#safeHeaders();
    return {
      topic,
      topicId,
      partition: this.partition,
      offset,
      at: timestamp === null ? null : Number(timestamp),
      stampedBy,
      sizeBytes,
      transactional,
      key: cutField(key, longest),
      value: cutField(value, longest),
      headers: headers.list.map((header) => cutHeader(header, longest)),
      masked: [...(key?.masked.masked ?? []), ...(value?.masked.masked ?? []), ...headers.masked],
    };
  }

  #choice(part: Part): DecoderChoice {
    return part === "key" ? this.reading.keyDecoder : this.reading.valueDecoder;
  }

  /** Whether a part's own bytes are its text: nothing of it is masked, and no schema or format stands behind it. */
  #isPlain(part: Part, bytes: Buffer): boolean {
    const { mask, schemas, topic } = this.reading;
    if (mask[part].kind !== "none" || topic === "__consumer_offsets") return false;
    return this.#choice(part) !== "consumer-offsets" && (schemas === null || bytes[0] !== 0);
  }

  #readJson(part: Part): unknown {
    const text = this.text(part);
    if (text === null) return undefined;
    try {
      return parseJson(text);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw error;
    }
  }

  #safe(part: Part): SafeField | null {
    const known = this.#fields[part];
    if (known !== undefined) return known;
    const bytes = this.view[part];
    const safe = bytes === null ? null : this.#decode(part, bytes);
    this.#fields[part] = safe;
    return safe;
  }

  #decode(part: Part, bytes: Buffer): SafeField {
    const { mask, schemas, topic } = this.reading;
    const choice = this.#choice(part);
    const unmaskable = mask[part].kind !== "none" && ["text", "hex", "base64"].includes(choice);
    const context = { topic, part, key: this.view.key, schemas };
    const decoded = decodeField(bytes, unmaskable ? "auto" : choice, context);
    if (unmaskable && choice !== "auto") {
      const reason = "Fields of this topic are masked, so it is shown as JSON or not at all.";
      decoded.failures.unshift({ decoder: choice, reason });
    }
    return { decoded, masked: maskText(decoded.text, mask[part], { part, json: decoded.json }) };
  }

  #safeHeaders(): { list: DecodedHeader[]; masked: string[] } {
    if (this.#headers !== null) return this.#headers;
    const { mask } = this.reading;
    const masked = new Set<string>();
    const list = this.view.headers.map(decodeHeader);
    this.#headers = {
      list: mask.any ? list.map((header) => this.#maskHeader(header, masked)) : list,
      masked: [...masked],
    };
    return this.#headers;
  }

  #maskHeader(header: DecodedHeader, masked: Set<string>): DecodedHeader {
    if (header.value === null) return header;
    const { name, value } = header;
    let text = value.text;
    if (hidesHeader(this.reading.mask, name)) text = MASK;
    else if (isErrorHeader(name)) text = hideQuotes(text, this.#hidden());
    if (text === value.text) return header;
    masked.add(`header.${name}`);
    return { name, value: { ...value, text, form: "text" } };
  }

  #hidden(): string[] {
    return [...(this.#safe("key")?.masked.hidden ?? []), ...(this.#safe("value")?.masked.hidden ?? [])];
  }
}

function cutField(safe: SafeField | null, longest: number): ShownField | null {
  if (safe === null) return null;
  const { decoder, schema, failures, sizeBytes } = safe.decoded;
  return { sizeBytes, decoder, schema, failures, ...cutText(safe.masked.text, longest) };
}
