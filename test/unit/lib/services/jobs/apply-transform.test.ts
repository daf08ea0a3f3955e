import { expect, test } from "vitest";
import { openScript } from "#lib/adapters/sandbox/run-script.ts";
import type { PatchOperation, Transform } from "#lib/domain/jobs/transform.ts";
import { applyTransform, type CopyBody, type Transformed } from "#lib/services/jobs/apply-transform.ts";

const body = (value: string | Buffer | null): CopyBody => ({
  key: Buffer.from([0xff, 0x01]),
  value: value === null ? null : Buffer.from(value as string),
  headers: [{ name: Buffer.from([0xfe]), value: Buffer.from([0x80]) }],
});
const transform = (value: Transform["value"]): Transform => ({
  headers: { set: [], drop: [] },
  value,
  newEventId: false,
});
const patch = (value: string | Buffer | null, ...operations: PatchOperation[]): Transformed =>
  applyTransform(body(value), transform({ kind: "patch", operations }), null);
const textOf = (made: Transformed): string | null =>
  made.kind === "changed" ? (made.body.value?.toString("utf8") ?? null) : null;

test("a patch writes each other number as it was written", () => {
  const given = '{"id":12345678901234567890,"price":10.00,"n":1}';
  const made = patch(given, { op: "replace", path: "/n", value: 2 });
  expect(textOf(made)).toBe('{"id":12345678901234567890,"price":10.00,"n":2}');
});
test("a copied number stays as it was written", () => {
  expect(textOf(patch('{"a":1.50}', { op: "copy", from: "/a", path: "/b" }))).toBe('{"a":1.50,"b":1.50}');
});
test("a test compares numbers and not how they are written", () => {
  expect(patch('{"a":1.0}', { op: "test", path: "/a", value: 1 }).kind).toBe("changed");
});
test("the whole value can be replaced", () => {
  expect(textOf(patch('{"a":1}', { op: "replace", path: "", value: [1] }))).toBe("[1]");
});
test("a name that reaches into a prototype reaches nothing of this process", () => {
  patch("{}", { op: "add", path: "/__proto__/seen", value: 1 });
  patch("{}", { op: "add", path: "/constructor/prototype/seen", value: 1 });
  expect(({} as { seen?: number }).seen).toBeUndefined();
});
test.each<[string, string | Buffer | null, PatchOperation, string]>([
  ["no JSON", "plain", { op: "remove", path: "/a" }, "patch_not_json"],
  ["no text", Buffer.from([0xff]), { op: "remove", path: "/a" }, "patch_not_json"],
  ["a tombstone", null, { op: "remove", path: "/a" }, "patch_no_value"],
  ["a failing test", '{"a":1}', { op: "test", path: "/a", value: 2 }, "patch_test_failed"],
  ["a place that is not there", '{"a":1}', { op: "remove", path: "/b" }, "patch_path_missing"],
])("a patch of %s is a problem", (_, value, operation, code) => {
  expect(patch(value, operation)).toMatchObject({ kind: "problem", code });
});

async function script(code: string, value: string): Promise<Transformed> {
  const { runner } = await openScript(code);
  try {
    return applyTransform(body(value), transform({ kind: "script", code }), runner);
  } finally {
    runner?.close();
  }
}

test("what a script leaves alone keeps bytes that are no text", async () => {
  const given = body('{"a": 1}');
  const made = await script("record.headers.push({ name: 'b', value: null }); return record;", '{"a": 1}');
  expect(made).toEqual({
    kind: "changed",
    body: { ...given, headers: [...given.headers, { name: new Uint8Array([0x62]), value: null }] },
  });
});
test("a script that would change a number which JavaScript cannot hold is refused", async () => {
  const made = await script("record.value.n = 1; return record;", '{"id":12345678901234567890}');
  expect(made).toMatchObject({ kind: "problem", code: "number_unsafe" });
});
