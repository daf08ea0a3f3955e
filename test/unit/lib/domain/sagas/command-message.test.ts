import { expect, test } from "vitest";
import { readResult } from "#lib/domain/sagas/command-message.ts";

const ANSWER = {
  commandId: "0195c7a0-0000-7000-8000-00000000000a",
  service: "fulfilment",
  sagaId: "f1",
  type: "fulfilment",
  outcome: "done",
  detail: "courier: shop.courier.requested goes out",
  version: 5,
  answeredAt: "2026-11-22T10:41:00.000Z",
};

const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

test("an answer is read", () => {
  expect(readResult(bytes(ANSWER))).toEqual({
    commandId: ANSWER.commandId,
    service: "fulfilment",
    sagaId: "f1",
    type: "fulfilment",
    outcome: "done",
    detail: ANSWER.detail,
    answeredAt: Date.UTC(2026, 10, 22, 10, 41),
  });
});

test.each<[string, unknown]>([
  ["an id that is no UUID", { ...ANSWER, commandId: "1; DROP TABLE saga_command" }],
  ["no service", { ...ANSWER, service: undefined }],
  ["an empty saga", { ...ANSWER, sagaId: "" }],
  ["a saga with a NUL, which PostgreSQL refuses", { ...ANSWER, sagaId: "f\u00001" }],
  ["a type with half a character, which PostgreSQL refuses", { ...ANSWER, type: "f\ud800" }],
  ["an outcome that no service may tell", { ...ANSWER, outcome: "cancelled" }],
  ["no time", { ...ANSWER, answeredAt: null }],
  ["a time that is none", { ...ANSWER, answeredAt: "soon" }],
  ["a time behind the year 9999", { ...ANSWER, answeredAt: "+012026-01-01T00:00:00.000Z" }],
  ["a list", []],
  ["null", null],
  ["a number", 7],
])("%s is no answer", (_, value) => {
  expect(readResult(bytes(value))).toBeNull();
});

test("what is no JSON, empty or far too long is no answer", () => {
  expect(readResult(null)).toBeNull();
  expect(readResult(new TextEncoder().encode("{"))).toBeNull();
  expect(readResult(bytes({ ...ANSWER, more: "x".repeat(70_000) }))).toBeNull();
});

test("a detail is cut and cleaned, and none is no fault", () => {
  expect(readResult(bytes({ ...ANSWER, detail: undefined }))?.detail).toBeNull();
  expect(readResult(bytes({ ...ANSWER, detail: "a\u0000b\ud800c" }))?.detail).toBe("abc");
  const long = readResult(bytes({ ...ANSWER, detail: "😀".repeat(1_500) }))?.detail ?? "";
  expect(long.length).toBe(2_000);
  const halved = readResult(bytes({ ...ANSWER, detail: `a${"😀".repeat(1_500)}` }))?.detail;
  expect(halved).toMatch(/^a(?:😀)+$/u);
});
