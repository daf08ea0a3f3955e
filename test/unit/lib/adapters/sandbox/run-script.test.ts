import { describe, expect, test } from "vitest";
import { openScript } from "#lib/adapters/sandbox/run-script.ts";
import type { ScriptOutcome, ScriptRecord, ScriptRunner } from "#lib/domain/jobs/script.ts";

const RECORD: ScriptRecord = {
  key: "secret-key",
  value: '{"a": 1, "price": 1.10}',
  json: true,
  headers: [{ name: "x", value: "1" }],
};

async function opened(code: string): Promise<ScriptRunner> {
  const { runner } = await openScript(code);
  if (runner === null) throw new Error("the code can be read");
  return runner;
}

async function run(code: string, record = RECORD): Promise<ScriptOutcome> {
  const runner = await opened(code);
  try {
    return runner.run(record);
  } finally {
    runner.close();
  }
}

describe("what a script gives back", () => {
  test("a record that it leaves alone keeps the very text of its value", async () => {
    expect(await run("return record;")).toEqual({ kind: "record", record: RECORD });
  });
  test("a value that it changes is written as JSON", async () => {
    const outcome = await run("record.value.a += 1; return record;");
    expect(outcome).toEqual({ kind: "record", record: { ...RECORD, value: '{"a":2,"price":1.1}' } });
  });
  test("null leaves the record out", async () => {
    expect(await run("return null;")).toEqual({ kind: "left-out" });
  });
  test("a value of null is a tombstone", async () => {
    const outcome = await run("record.value = null; return record;");
    expect(outcome).toEqual({ kind: "record", record: { ...RECORD, value: null } });
  });
  test("text that is no JSON stays text", async () => {
    const text = { ...RECORD, value: "plain", json: false };
    expect(await run("record.value += '!'; return record;", text)).toEqual({
      kind: "record",
      record: { ...text, value: "plain!" },
    });
  });
});

const problems: [string, string, string][] = [
  ["an endless loop", "for (;;);", "The script took longer than it may in line 1."],
  [
    "a regular expression that explodes",
    "return /(a+)+$/.test('a'.repeat(60) + 'b');",
    "took longer than it may",
  ],
  ["a getter that never ends", "throw { get stack() { for (;;); } };", "The script threw something."],
  ["memory without end", "return 'x'.repeat(5e7);", "needs more memory than it may have"],
  ["a call that never returns", "function f() { return f(); }\nreturn f();", "calls itself too deep"],
  ["the clock", "\nreturn Date.now();", "Scripts have no clock: see line 2."],
  ["a new date", "return new Date();", "Scripts have no clock: see line 1."],
  ["randomness", "\n\nreturn Math.random();", "Scripts have no randomness: see line 3."],
  ["an error's own text", "throw new Error(record.key);", "The script threw an Error in line 1."],
  ["a name that quotes the record", "throw { name: record.key };", "The script threw something."],
  ["no record", "return 1;", "gives back neither a record nor null"],
  ["headers that are none", "record.headers = {}; return record;", "headers that are no list"],
];

test.each(problems)("%s is a problem", async (_, code, sentence) => {
  const outcome = await run(code);
  expect(outcome).toEqual({ kind: "problem", sentence: expect.stringContaining(sentence) as string });
  expect(JSON.stringify(outcome)).not.toContain("secret-key");
});

test.each([
  ["a global", "globalThis.n = (globalThis.n ?? 0) + 1; return record;"],
  ["an undeclared name", "n = 1; return record;"],
  ["a prototype", "Object.prototype.seen = record.key; return record;"],
  ["a prototype by a literal", "({}).__proto__.seen = 1; return record;"],
  ["the realm by a constructor", "(() => {}).constructor('return this')().seen = 1; return record;"],
  ["a built-in function", "JSON.parse.seen = 1; return record;"],
  ["a hidden prototype", "Object.getPrototypeOf(function* () {}).seen = 1; return record;"],
  ["an array's method", "Array.prototype.push = () => 1; return record;"],
])("%s keeps nothing for the next record", async (_, code) => {
  expect(await run(code)).toMatchObject({ kind: "problem" });
});

test("after a problem the next record has a realm of its own", async () => {
  const runner = await opened("if (record.key === 'bad') for (;;); return record;");
  expect(runner.run({ ...RECORD, key: "bad" })).toMatchObject({ kind: "problem" });
  expect(runner.run(RECORD)).toEqual({ kind: "record", record: RECORD });
  runner.close();
});

test.each([
  ["that ends the function", "}; (function () {", "see line 1"],
  ["that is no JavaScript", "return record;\nreturn ((", "see line 2"],
])("code %s is refused with its line", async (_, code, line) => {
  expect((await openScript(code)) as unknown).toEqual({
    runner: null,
    problem: expect.stringContaining(line) as string,
  });
});
