import { describe, expect, test } from "vitest";
import {
  partitionNumbers,
  scopeOf,
  TARGET_KINDS,
  TARGET_OPTIONS,
  targetOf,
  type TargetFields,
} from "#components/offset-resets/reset-target.ts";
import { watchSentence } from "#components/offset-resets/watch-sentence.ts";

const fields: TargetFields = {
  ...{
    kind: "earliest",
    time: "",
    ago: "",
    agoUnit: "minutes",
    offset: "",
    shift: "",
    group: "",
    snapshot: "",
  },
};

describe("what was written becomes a target", () => {
  test.each<[Partial<TargetFields>, unknown]>([
    [{ kind: "earliest" }, { kind: "earliest" }],
    [
      { kind: "time", time: "2026-11-22T10:00:05Z" },
      { kind: "time", at: Date.UTC(2026, 10, 22, 10, 0, 5) },
    ],
    [
      { kind: "ago", ago: "1.5", agoUnit: "hours" },
      { kind: "ago", ms: 5_400_000 },
    ],
    [
      { kind: "offset", offset: " 9007199254740993 " },
      { kind: "offset", offset: 9_007_199_254_740_993n },
    ],
    [
      { kind: "shift", shift: "-100" },
      { kind: "shift", by: -100 },
    ],
    [
      { kind: "shift", shift: "+1" },
      { kind: "shift", by: 1 },
    ],
    [
      { kind: "group", group: "a/b" },
      { kind: "group", group: "a/b" },
    ],
    [{ kind: "delete-group" }, { kind: "delete-group" }],
  ])("%o", (written, target) => {
    expect(targetOf({ ...fields, ...written })).toEqual({ target });
  });
  test.each<Partial<TargetFields>>([
    { kind: "time", time: "" },
    { kind: "ago", ago: "0" },
    { kind: "ago", ago: "" },
    { kind: "offset", offset: "-1" },
    { kind: "offset", offset: "1e3" },
    { kind: "shift", shift: "0" },
    { kind: "shift", shift: "9007199254740993" },
    { kind: "group" },
    { kind: "snapshot" },
  ])("%o is a fault", (written) => {
    expect(targetOf({ ...fields, ...written })).toHaveProperty("fault");
  });
  test("each kind has its words", () => {
    expect(TARGET_OPTIONS.map(({ value }) => value)).toEqual([...TARGET_KINDS]);
  });
});

test.each([
  ["0, 2, 5-7", [0, 2, 5, 6, 7]],
  ["3,3,1", [1, 3]],
  ["", []],
  ["7-5", null],
  ["x", null],
  ["0-999999", null],
])("partitions %j", (text, expected) => {
  expect(partitionNumbers(text)).toEqual(expected);
});

test("a scope needs something in it", () => {
  const scope = { topics: [], topic: "", partitions: "" };
  expect(scopeOf({ ...scope, kind: "all" })).toEqual({ scope: { kind: "all" } });
  expect(scopeOf({ ...scope, kind: "topics" })).toHaveProperty("fault");
  expect(scopeOf({ ...scope, kind: "partitions", topic: "t" })).toHaveProperty("fault");
  expect(scopeOf({ ...scope, kind: "partitions", topic: "t", partitions: "1-2" })).toEqual({
    scope: {
      kind: "partitions",
      partitions: [
        { topic: "t", partition: 1 },
        { topic: "t", partition: 2 },
      ],
    },
  });
});

test("what was seen after a reset is told worst first", () => {
  const found = (what: "overwritten" | "read-on" | "moved-back") => ({
    ...{ topic: "t", partition: 0, seenAt: 0, put: 0n, found: 1n, what },
  });
  const tone = (...findings: ReturnType<typeof found>[]) =>
    watchSentence({ untilAt: 9, endedAt: 9, lookedAt: 9, findings }).tone;
  expect(tone(found("read-on"), found("overwritten"))).toBe("critical");
  expect(tone(found("read-on"), found("moved-back"))).toBe("warning");
  expect(tone(found("read-on"))).toBe("ok");
  expect(watchSentence({ untilAt: 9, endedAt: 9, lookedAt: 9, findings: [] }).sentence).toBe(
    "Every commit stayed where it was put for the half minute after.",
  );
});
