import { describe, expect, it } from "vitest";

import {
  changeable,
  changeEffect,
  differenceWords,
  skippedLines,
} from "#components/dead-letters/change-words.ts";
import { shownStates } from "#components/dead-letters/state-words.ts";

import { counts } from "./support.ts";

describe("what a change will do", () => {
  it.each([
    [
      "discard",
      { open: 12 },
      12,
      "12 dead letters become discarded. The records stay in Kafka, nothing is sent anywhere, and restore takes it back.",
    ],
    [
      "discard",
      { open: 1, "in-redrive": 2, discarded: 1 },
      1,
      "1 dead letter becomes discarded. Left as they are: 2 in redrive, 1 discarded. The records stay in Kafka, nothing is sent anywhere, and restore takes it back.",
    ],
    ["discard", { expired: 3 }, 0, "None of them can become discarded: 3 expired."],
    ["restore", { open: 3 }, 0, "None of them can become open: 3 open."],
    [
      "restore",
      { discarded: 1_204, open: 1 },
      1_204,
      "1,204 dead letters become open. Left as they are: 1 open. They count as open again, and can be redriven or discarded.",
    ],
  ] as const)("%s of %o", (change, of, count, sentence) => {
    expect(changeable(change, counts(of))).toBe(count);
    expect(changeEffect(change, counts(of))).toBe(sentence);
  });
});

describe("a frozen set that no longer holds", () => {
  it.each([
    [1_204, 1_210, "1,204 were counted, 1,210 match now: 6 more."],
    [5, 3, "5 were counted, 3 match now: 2 fewer."],
    [5, 5, "The same number matches, 5, but not the same dead letters."],
  ])("%d then %d", (before, now, sentence) => {
    expect(differenceWords(before, now)).toBe(sentence);
  });
});

it("says of each that was skipped why", () => {
  expect(
    skippedLines([
      { reason: "It is in no redrive.", count: 2 },
      { reason: "It is a twin.", count: 1_000 },
    ]),
  ).toEqual(["2: It is in no redrive.", "1,000: It is a twin."]);
});

describe("states with a tile", () => {
  it("are the usual ones, those with dead letters and the one in force, in the order of states", () => {
    expect(shownStates(undefined, null)).toEqual(["open", "discarded"]);
    expect(shownStates(counts({ unknown: 1 }), "expired")).toEqual([
      "open",
      "unknown",
      "discarded",
      "expired",
    ]);
  });
});
