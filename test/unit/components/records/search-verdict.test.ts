import { expect, test } from "vitest";

import { newTerm, TERM_OPTIONS, termFault, termWords } from "#components/records/filter-words.ts";
import type { SearchView } from "#components/records/search-runner.ts";
import { searchVerdict } from "#components/records/search-verdict.ts";
import type { SearchEndReason } from "#lib/domain/records/record-search.ts";
import type { ShownRecord } from "#lib/domain/records/record.ts";

const records = (count: number) => Array.from({ length: count }, () => ({}) as ShownRecord);
const view = (part: Partial<SearchView>): SearchView => ({
  ...{ state: "ended", place: 0, records: [], waiting: 0, paused: false, dropped: 0, end: null, error: null },
  before: { records: 1_000, bytes: 2_000_000, elapsedMs: 1_000 },
  progress: {
    ...{ hits: 0, records: 234, bytes: 500_000, elapsedMs: 500, recordRate: 0, partitions: [] },
  },
  ...part,
});
const ended = (reason: SearchEndReason, sentence: string | null = null) => ({
  end: { reason, sentence, token: null },
});

test.each([
  [{ state: "idle" }, {}, "Choose a topic: its newest records show at once."],
  [{ state: "queued", place: 1 }, {}, "1 search waits before this one."],
  [{ state: "queued", place: 4 }, {}, "4 searches wait before this one."],
  [{ state: "running", records: records(1) }, {}, "1 record found so far."],
  [{ state: "running" }, { live: true }, "Waiting for records to come."],
  [
    { state: "running", records: records(2), waiting: 3, dropped: 5 },
    { live: true },
    "10 records came so far.",
  ],
  [{ ...ended("end"), records: records(47) }, {}, "47 records found in 1,234: everything was looked at."],
  [{ ...ended("end") }, { unfiltered: true }, "There are no records here."],
  [{ ...ended("end"), records: records(2) }, { unfiltered: true }, "All 2 records are shown."],
  [{ ...ended("hits"), records: records(100) }, {}, "100 records found in 1,234; there may be more."],
  [{ ...ended("seconds") }, {}, "0 records found in 1,234 within 1.5 s. Continue to look further."],
  [{ ...ended("bytes") }, {}, "0 records found in 1,234: 2.5 MB were read. Continue to look further."],
  [{ ...ended("cancelled"), records: records(3) }, {}, "Stopped: 3 records found in 1,234."],
  [{ ...ended("deadline", "The expression ran for 2 s.") }, {}, "The expression ran for 2 s."],
] as const)("%o %o reads: %s", (part, asked, sentence) => {
  const told = { live: false, unfiltered: false, ...asked, view: view(part) };
  expect(searchVerdict(told).sentence).toBe(sentence);
});

test("what broke is critical, what took too long a warning, the rest is calm", () => {
  const tone = (part: Partial<SearchView>) =>
    searchVerdict({ view: view(part), live: false, unfiltered: false }).tone;
  expect(tone({ state: "failed", error: new Error("gone") })).toBe("critical");
  expect(tone(ended("failed", "The brokers went away."))).toBe("critical");
  expect(tone(ended("deadline"))).toBe("warning");
  expect(tone(ended("hits"))).toBe("neutral");
});

test("every kind of condition begins empty, says what it lacks, and has words", () => {
  const lacking = TERM_OPTIONS.map(({ value }) => termFault(newTerm(value)) !== null);
  // The empty key is a key.
  expect(lacking).toEqual(TERM_OPTIONS.map(({ value }) => value !== "key"));
  expect(termWords({ kind: "path", in: "value", path: "order.id", operator: "!=", value: "7" })).toBe(
    "order.id ≠ 7",
  );
  expect(termWords({ kind: "path", in: "key", path: "id", operator: "exists", value: "" })).toBe(
    "key: id exists",
  );
  expect(termWords({ kind: "header", name: "event-id", value: null })).toBe("header event-id");
});
