import { applyPatch } from "rfc6902";
import { headerName, headerOf, type HeaderBytes } from "#lib/domain/jobs/copy-headers.ts";
import type { ScriptRecord, ScriptRunner } from "#lib/domain/jobs/script.ts";
import type { PatchOperation, Transform } from "#lib/domain/jobs/transform.ts";

/** Key, value and headers of a record on its way to be a copy. */
export interface CopyBody {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly HeaderBytes[];
}

/** A record changed, left out by the script, or why it cannot be changed. */
export type Transformed =
  | { kind: "changed"; body: CopyBody }
  | { kind: "left-out" }
  | { kind: "problem"; code: string; sentence: string };

const problem = (code: string, sentence: string): Transformed => ({ kind: "problem", code, sentence });

/**
 * applyTransform changes a record's key, value and headers by a patch or a script; what they leave alone keeps its
 * bytes. `runner` is that of the script, null without one. Never throws.
 */
export function applyTransform(
  body: CopyBody,
  { value }: Transform,
  runner: ScriptRunner | null,
): Transformed {
  switch (value.kind) {
    case "none":
      return { kind: "changed", body };
    case "patch":
      return patched(body, value.operations);
    case "script":
      if (runner === null) return problem("script_missing", "The script was not opened.");
      return scripted(body, runner);
  }
}

const strict = new TextDecoder("utf-8", { fatal: true });

/** The bytes as text; null where they are none. */
function textOf(bytes: Buffer): string | null {
  try {
    return strict.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

const rawJson = (text: string): unknown =>
  (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);

/** JSON text as a value in which each number that JavaScript would write otherwise is a symbol of its text. */
function parseExactly(text: string): unknown {
  return JSON.parse(text, (_name, each: unknown, context?: { source?: string }) =>
    typeof each === "number" && context?.source !== undefined && context.source !== String(each)
      ? Symbol(context.source)
      : each,
  ) as unknown;
}

const writeExactly = (value: unknown): string =>
  JSON.stringify(value, (_name, each: unknown) =>
    typeof each === "symbol" ? rawJson(each.description ?? "null") : each,
  );

function patched(body: CopyBody, operations: readonly PatchOperation[]): Transformed {
  if (body.value === null) return problem("patch_no_value", "The record has no value to patch.");
  const text = textOf(body.value);
  if (text === null) return problem("patch_not_json", "The value is not JSON: it is not UTF-8 text.");
  try {
    // The patch is tried where numbers compare as numbers, then made where each keeps how it was written.
    const plain = { doc: JSON.parse(text) as unknown };
    const failed = apply(plain, operations);
    if (failed !== null) return failed;
    const exact = { doc: parseExactly(text) };
    apply(
      exact,
      operations.filter(({ op }) => op !== "test"),
    );
    if (exact.doc === undefined) return problem("patch_no_value", "The patch leaves no value.");
    return { kind: "changed", body: { ...body, value: Buffer.from(writeExactly(exact.doc), "utf8") } };
  } catch (error) {
    if (error instanceof SyntaxError) return problem("patch_not_json", "The value is not JSON.");
    throw error;
  }
}

/** Applies operations to `holder.doc`; their pointers begin there, so that one of the whole document has a holder. */
function apply(holder: { doc: unknown }, operations: readonly PatchOperation[]): Transformed | null {
  const results = applyPatch(
    holder,
    operations.map((operation) => ({
      ...operation,
      path: `/doc${operation.path}`,
      ...("from" in operation ? { from: `/doc${operation.from}` } : {}),
    })),
  );
  const index = results.findIndex((result) => result !== null);
  const result = results[index];
  if (result === undefined || result === null) return null;
  const nth = `Operation ${index + 1} of the patch`;
  return result.name === "TestError"
    ? problem("patch_test_failed", `${nth} tests for another value.`)
    : problem("patch_path_missing", `${nth} names a place that the value has not.`);
}

function scripted(body: CopyBody, runner: ScriptRunner): Transformed {
  const given = scriptRecordOf(body);
  const outcome = runner.run(given);
  if (outcome.kind === "left-out") return outcome;
  if (outcome.kind === "problem") return problem("script_failed", outcome.sentence);
  const { record } = outcome;
  const changesValue = record.value !== given.value;
  if (changesValue && given.json && given.value !== null && holdsUnsafeNumber(given.value))
    return problem(
      "number_unsafe",
      "The value holds numbers that JavaScript cannot hold exactly: change it by a patch.",
    );
  return {
    kind: "changed",
    body: {
      key: record.key === given.key ? body.key : bytesOf(record.key),
      value: changesValue ? bytesOf(record.value) : body.value,
      headers: headersOf(record.headers, body.headers),
    },
  };
}

const bytesOf = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text, "utf8"));

function scriptRecordOf({ key, value, headers }: CopyBody): ScriptRecord {
  const { text, json } = jsonTextOf(value);
  return {
    key: key === null ? null : key.toString("utf8"),
    value: text,
    json,
    headers: headers.map((header) => ({ name: headerName(header), value: headerValue(header) })),
  };
}

/** JSON is handed over as the script's own writing of it: so a value that it gives back as it was is told. */
function jsonTextOf(value: Buffer | null): { text: string | null; json: boolean } {
  if (value === null) return { text: null, json: false };
  const text = value.toString("utf8");
  try {
    JSON.parse(text);
    return { text, json: true };
  } catch (error) {
    if (error instanceof SyntaxError) return { text, json: false };
    throw error;
  }
}

const lenient = new TextDecoder("utf-8");
const headerValue = ({ value }: HeaderBytes): string | null =>
  value === null ? null : lenient.decode(value);

/** Headers that the script gave back: one that reads as one that was given, in name and value, keeps its bytes. */
function headersOf(given: ScriptRecord["headers"], before: readonly HeaderBytes[]): HeaderBytes[] {
  const left = [...before];
  return given.map(({ name, value }) => {
    const at = left.findIndex((header) => headerName(header) === name && headerValue(header) === value);
    const [same] = at === -1 ? [] : left.splice(at, 1);
    if (same !== undefined) return same;
    return value === null ? { ...headerOf(name, ""), value: null } : headerOf(name, value);
  });
}

function holdsUnsafeNumber(text: string): boolean {
  let unsafe = false;
  JSON.parse(text, (_name, each: unknown, context?: { source?: string }) => {
    if (typeof each === "number" && /^-?\d{16,}$/.test(context?.source ?? "") && !Number.isSafeInteger(each))
      unsafe = true;
    return each;
  });
  return unsafe;
}
