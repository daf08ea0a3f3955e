import { parsePath, valuesAt, type PathStep } from "#lib/domain/records/json-path.ts";
import { parseJson, writeJson } from "#lib/domain/records/json-text.ts";
import type { ShownField, ShownRecord } from "#lib/domain/records/record.ts";

/** A column that shows what a path finds in the value, or in the key where it begins with `key:`. */
export interface JsonColumn {
  /** As it was written: `order.total`, `key:id`. */
  path: string;
  of: "key" | "value";
  steps: PathStep[];
}

/** jsonColumn reads a column's path; a text says why it cannot be read. */
export function jsonColumn(path: string): JsonColumn | string {
  const of = path.startsWith("key:") ? "key" : "value";
  const parsed = parsePath(of === "key" ? path.slice(4) : path);
  if (!parsed.ok) return parsed.reason;
  if (parsed.steps.length === 0) return "The path names nothing in the JSON.";
  return { path, of, steps: parsed.steps };
}

/** What each field's JSON was read to; a field that is gone takes it along. */
const readFields = new WeakMap<ShownField, { json: unknown }>();

/** jsonOf is a field's JSON; undefined where it is none or was cut. */
function jsonOf(field: ShownField): unknown {
  const known = readFields.get(field);
  if (known !== undefined) return known.json;
  const json = readJson(field);
  readFields.set(field, { json });
  return json;
}

function readJson({ text, cut }: ShownField): unknown {
  if (cut || !/^\s*[[{"\d-]/.test(text)) return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** columnText is what a column shows of a record: texts bare, else JSON; several parted by commas; null for nothing. */
export function columnText(column: JsonColumn, record: Pick<ShownRecord, "key" | "value">): string | null {
  const field = record[column.of];
  if (field === null) return null;
  const json = jsonOf(field);
  const found = json === undefined ? [] : valuesAt(json, column.steps);
  if (found.length === 0) return null;
  return found.map((each) => (typeof each === "string" ? each : writeJson(each))).join(", ");
}

const MOST_PATHS = 30;

/** offeredPaths are paths into the values shown, shallow ones first, for choosing columns. */
export function offeredPaths(records: readonly Pick<ShownRecord, "value">[]): string[] {
  const paths = new Set<string>();
  for (const { value } of records.slice(0, 20)) {
    const json = value === null ? undefined : jsonOf(value);
    for (const path of pathsIn(json, "", 0)) paths.add(path);
  }
  return [...paths].sort((a, b) => depthOf(a) - depthOf(b)).slice(0, MOST_PATHS);
}

const depthOf = (path: string): number => path.split(".").length;

function pathsIn(json: unknown, at: string, depth: number): string[] {
  if (typeof json !== "object" || json === null || Array.isArray(json) || depth > 2) return [];
  return Object.entries(json).flatMap(([name, value]) => {
    const path = /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name)
      ? `${at}${at === "" ? "" : "."}${name}`
      : `${at}[${JSON.stringify(name)}]`;
    const isBranch = typeof value === "object" && value !== null && !Array.isArray(value);
    return isBranch ? pathsIn(value, path, depth + 1) : [path];
  });
}
