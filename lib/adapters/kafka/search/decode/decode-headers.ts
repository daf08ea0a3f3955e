import type { RecordHeader } from "#lib/adapters/kafka/scan/types.ts";
import { isPrintable } from "#lib/adapters/kafka/search/decode/decode-field.ts";
import type { HeaderForm, ShownHeader } from "#lib/domain/records/record.ts";

/** A header as it was read, whole and unmasked. */
export interface DecodedHeader {
  name: string;
  value: { text: string; form: HeaderForm; sizeBytes: number } | null;
}

/**
 * decodeHeader reads a header's value: printable UTF-8 as text, else four or eight bytes as Kafka's big-endian int and
 * long, else hex.
 */
export function decodeHeader({ name, value }: RecordHeader): DecodedHeader {
  if (value === null) return { name, value: null };
  const sizeBytes = value.length;
  if (isPrintable(value)) return { name, value: { text: value.toString("utf8"), form: "text", sizeBytes } };
  if (sizeBytes === 4) return { name, value: { text: String(value.readInt32BE()), form: "int", sizeBytes } };
  if (sizeBytes === 8)
    return { name, value: { text: String(value.readBigInt64BE()), form: "long", sizeBytes } };
  return { name, value: { text: value.toString("hex"), form: "hex", sizeBytes } };
}

/** cutText is the beginning of a text, no longer than `longest` and never half a character. */
export function cutText(text: string, longest: number): { text: string; cut: boolean } {
  if (text.length <= longest) return { text, cut: false };
  return { text: text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, ""), cut: true };
}

/** cutHeader is a header as it is shown: its text no longer than `longest` characters. */
export function cutHeader({ name, value }: DecodedHeader, longest: number): ShownHeader {
  if (value === null) return { name, value: null };
  return { name, value: { ...value, ...cutText(value.text, longest) } };
}
