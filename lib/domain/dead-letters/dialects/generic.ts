import { envelope, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";
import {
  BIG_ENDIAN,
  type HeaderReader,
  type NumberForm,
} from "#lib/domain/dead-letters/dialects/header-reader.ts";

/** GENERIC_ENCODINGS: how a header of a home-made convention holds its value. */
export const GENERIC_ENCODINGS = [
  /** UTF-8; numbers and times in decimal, times in ms. */
  "text",
  /** 4-byte int or 8-byte long, big-endian. */
  "big-endian",
  /** Times alone: ISO 8601. */
  "iso",
  /** Times alone: decimal seconds. */
  "seconds",
] as const;
type GenericEncoding = (typeof GENERIC_ENCODINGS)[number];

/** GENERIC_FIELDS: what a home-made convention may tell. */
export const GENERIC_FIELDS = [
  ...(["topic", "partition", "offset", "timestamp"] as const),
  ...(["group", "attempts", "exception", "cause", "message", "stack", "failedAt"] as const),
] as const;
type GenericField = (typeof GENERIC_FIELDS)[number];

/** A convention of the user's own: the header of each field that it writes. */
export interface GenericDialect {
  fields: Partial<Record<GenericField, { header: string; encoding: GenericEncoding }>>;
}

const BINARY: NumberForm = { bigEndian: [4, 8] };

/** genericDialect makes a dialect of a convention; records that carry none of its headers are not its own. */
export function genericDialect({ fields }: GenericDialect): Dialect {
  const named = Object.values(fields).map(({ header }) => header);
  return {
    id: "generic",
    detects: (headers) => named.some((name) => headers.has(name)),
    read(_record, headers) {
      const read = fieldReader(fields, headers);
      const place = {
        topic: read.name("topic"),
        partition: read.count("partition"),
        offset: read.offset("offset"),
        at: read.instant("timestamp"),
      };
      return envelope("generic", headers, {
        origin: place,
        from: { ...place },
        group: read.name("group"),
        attempts: read.count("attempts"),
        exception: read.name("exception"),
        cause: read.name("cause"),
        message: read.text("message"),
        stack: read.text("stack"),
        failedAt: read.instant("failedAt"),
      });
    },
  };
}

function fieldReader(fields: GenericDialect["fields"], headers: HeaderReader) {
  const formOf = (encoding: GenericEncoding): NumberForm => (encoding === "big-endian" ? BINARY : "decimal");
  const at = <T>(
    field: GenericField,
    read: (header: string, encoding: GenericEncoding) => T | null,
  ): T | null => {
    const named = fields[field];
    return named === undefined ? null : read(named.header, named.encoding);
  };
  return {
    name: (field: GenericField) => at(field, (header) => headers.name(header)),
    text: (field: GenericField) => at(field, (header) => headers.text(header)),
    count: (field: GenericField) => at(field, (header, encoding) => headers.int(header, formOf(encoding))),
    offset: (field: GenericField) =>
      at(field, (header, encoding) => headers.offset(header, formOf(encoding))),
    instant: (field: GenericField) =>
      at(field, (header, encoding) => {
        if (encoding === "iso") return headers.isoInstant(header);
        const value = headers.instant(header, encoding === "big-endian" ? BIG_ENDIAN.long : "decimal");
        return encoding === "seconds" && value !== null ? value * 1_000 : value;
      }),
  };
}
