import type { CallInput } from "#lib/contracts/endpoint.ts";
import type { produceRecord } from "#lib/contracts/records.ts";
import type { ShownHeader, ShownRecord } from "#lib/domain/records/record.ts";

/** Bytes as they are typed: text, Base64, or a null. */
export interface DraftBytes {
  kind: "utf8" | "base64" | "null";
  text: string;
}

/** A record as it is typed. */
export interface ProduceDraft {
  topic: string;
  /** Empty: by the key. */
  partition: string;
  key: DraftBytes;
  value: DraftBytes;
  headers: readonly { name: string; value: DraftBytes }[];
  reason: string;
}

/** BYTES_OPTIONS: how bytes may be typed. */
export const BYTES_OPTIONS = [
  { value: "utf8", label: "text" },
  { value: "base64", label: "Base64" },
  { value: "null", label: "null" },
] as const satisfies readonly { value: DraftBytes["kind"]; label: string }[];

/** emptyDraft is a record without key and headers. */
export function emptyDraft(topic: string): ProduceDraft {
  return {
    topic,
    partition: "",
    key: { kind: "null", text: "" },
    value: { kind: "utf8", text: "" },
    headers: [],
    reason: "",
  };
}

/** A draft made of a record, and what of it could not be taken over, in sentences. */
export interface DraftOf {
  draft: ProduceDraft;
  left: string[];
}

/** draftOf begins with a record that is there: what was cut, masked or decoded by a schema cannot be written again from what is shown. */
export function draftOf(record: ShownRecord): DraftOf {
  const left: string[] = [];
  const key = fieldBytes("key", record, left);
  const value = fieldBytes("value", record, left);
  const headers = record.headers.flatMap((header) => {
    const bytes = headerBytes(header, record.masked);
    if (bytes === null) left.push(`The header ${header.name} is masked or cut: it is left out.`);
    return bytes === null ? [] : [{ name: header.name, value: bytes }];
  });
  return { draft: { ...emptyDraft(record.topic), key, value, headers }, left };
}

function fieldBytes(what: "key" | "value", record: ShownRecord, left: string[]): DraftBytes {
  const field = record[what];
  if (field === null) return { kind: "null", text: "" };
  const hides = (path: string): boolean =>
    path === what || path.startsWith(`${what}.`) || path.startsWith(`${what}[`);
  if (record.masked.some(hides)) {
    left.push(`The ${what} is masked: write it anew.`);
    return { kind: "utf8", text: "" };
  }
  if (field.cut) {
    left.push(`The ${what} is too large to be taken over: write it anew.`);
    return { kind: "utf8", text: "" };
  }
  switch (field.decoder) {
    case "json":
    case "text":
      return { kind: "utf8", text: field.text };
    case "base64":
      return { kind: "base64", text: field.text };
    case "hex":
      return { kind: "base64", text: base64OfHex(field.text) };
    default:
      left.push(
        `The ${what} was decoded by a schema: read it as Base64 and take that, or readers with the schema cannot read it.`,
      );
      return { kind: "utf8", text: "" };
  }
}

function headerBytes({ name, value }: ShownHeader, masked: readonly string[]): DraftBytes | null {
  if (value === null) return { kind: "null", text: "" };
  if (value.cut || masked.includes(`header.${name}`)) return null;
  switch (value.form) {
    case "text":
      return { kind: "utf8", text: value.text };
    case "hex":
      return { kind: "base64", text: base64OfHex(value.text) };
    case "int":
    case "long":
      return { kind: "base64", text: base64OfHex(bigEndianHex(value.text, value.sizeBytes)) };
  }
}

/** The two's complement of a whole number, as many bytes as it has. */
function bigEndianHex(text: string, sizeBytes: number): string {
  const digits = sizeBytes * 2;
  return BigInt.asUintN(sizeBytes * 8, BigInt(text))
    .toString(16)
    .padStart(digits, "0");
}

/** base64OfHex writes bytes that stand as hexadecimal digits, with blanks or without, as Base64. */
function base64OfHex(hex: string): string {
  const bytes = hex.replaceAll(/[^0-9a-fA-F]/g, "").match(/../g) ?? [];
  return btoa(bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(""));
}

type Body = CallInput<typeof produceRecord>["body"];

/** draftFaults say what a draft lacks, by the field. */
export function draftFaults({
  topic,
  partition,
  reason,
  headers,
}: ProduceDraft): Partial<Record<"topic" | "partition" | "reason" | "headers", string>> {
  return {
    ...(topic.trim() === "" && { topic: "Give the topic." }),
    ...(!/^\d{0,6}$/.test(partition.trim()) && {
      partition: "A whole number, or nothing: then the key decides.",
    }),
    ...(reason.trim().length < 3 && { reason: "Say why, in a few words: it is kept in the audit." }),
    ...(headers.some(({ name }) => name === "") && { headers: "Every header has a name." }),
  };
}

/** bodyOf is a draft as it is sent. */
export function bodyOf(draft: ProduceDraft): Body {
  return {
    topic: draft.topic.trim(),
    partition: draft.partition.trim() === "" ? null : Number(draft.partition),
    key: given(draft.key),
    value: given(draft.value),
    headers: draft.headers.map(({ name, value }) => ({ name, value: given(value) })),
    reason: draft.reason.trim(),
  };
}

function given({ kind, text }: DraftBytes): Body["value"] {
  return kind === "null" ? null : { text, encoding: kind };
}
