import { createHash } from "node:crypto";
import { z } from "zod";
import { AppError } from "#lib/services/app-error.ts";

const VERSION = 1;
const shape = z.tuple([z.literal(VERSION), z.string()], z.union([z.string(), z.number()]));

/** What a list is filtered and sorted by: a cursor of another list is refused. */
export type CursorFilter = Readonly<Record<string, string | number | boolean | undefined>>;

const hashOf = (filter: CursorFilter): string => {
  const pairs = Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(pairs)).digest("base64url").slice(0, 12);
};

/** encodeCursor writes where a page ended: base64url JSON `[version, filter hash, ...sort values]`. */
export function encodeCursor(filter: CursorFilter, values: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify([VERSION, hashOf(filter), ...values]), "utf8").toString("base64url");
}

/**
 * decodeCursor reads a cursor of the same list, `count` sort values; null without one. Throws AppError
 * `cursor_invalid` for a malformed one, one of another version, and one of other filters.
 */
export function decodeCursor(
  cursor: string | undefined,
  filter: CursorFilter,
  count: number,
): (string | number)[] | null {
  if (cursor === undefined) return null;
  const parsed = shape.safeParse(jsonOf(cursor));
  if (!parsed.success) throw new AppError("cursor_invalid", "The cursor is malformed.");
  const [, hash, ...values] = parsed.data;
  if (hash !== hashOf(filter) || values.length !== count) {
    throw new AppError("cursor_invalid", "The cursor belongs to another list or other filters.");
  }
  return values;
}

function jsonOf(cursor: string): unknown {
  if (!/^[A-Za-z0-9_-]+$/.test(cursor)) return null;
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString("utf8")) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
