import { z } from "zod";

/** offset is a bigint inside and a decimal string on the wire, which no JSON parser rounds. */
export const offset = z.codec(z.string().regex(/^\d+$/), z.bigint(), {
  decode: (text) => BigInt(text),
  encode: (value) => value.toString(),
});

/** instant is epoch ms inside and an ISO 8601 string in UTC on the wire. */
export const instant = z.codec(z.iso.datetime(), z.number(), {
  decode: (text) => Date.parse(text),
  encode: (value) => new Date(value).toISOString(),
});

/** count is a non-negative integer: lag, bytes, records, milliseconds. */
export const count = z.number().int().nonnegative();

/** rate is records a second, a non-negative finite number. */
export const rate = z.number().nonnegative();

/** What a reason may be, in characters. */
export const REASON_MIN = 3;
export const REASON_MAX = 500;

/** reason is why a person does something; it stands in the audit. */
export const reason = z.string().trim().min(REASON_MIN).max(REASON_MAX);

/** partialFailure is one part of an answer that could not be had. */
export const partialFailure = z.object({ subject: z.string(), reason: z.string() });

/** listOf is the answer of every list: `{items, nextCursor, observedAt, failures}` and what `extra` adds. */
export function listOf<Item extends z.ZodType, Extra extends z.ZodRawShape>(item: Item, extra: Extra) {
  return z.object({
    items: z.array(item),
    /** null on the last page. */
    nextCursor: z.string().nullable(),
    /** When the data was observed; null before the first sweep. */
    observedAt: instant.nullable(),
    failures: z.array(partialFailure),
    ...extra,
  });
}

/** pageQuery holds what every list takes: a cursor from the last page and a limit. */
export const pageQuery = {
  cursor: z.string().max(2000).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
};

/** historyQuery asks for a range of time; `points` is a ceiling on the points a series. */
export const historyQuery = z.object({
  from: instant.optional(),
  to: instant.optional(),
  points: z.coerce.number().int().min(2).max(500).default(240),
});
