import { describe, expect, test } from "vitest";
import { sendTitle, targetTopicsPhrase } from "#components/jobs/job-words.ts";
import { paceWords, sourceWords, transformWords } from "#components/jobs/spec-words.ts";
import { defaultName, wizardTitle } from "#components/jobs/wizard-words.ts";
import type { JobSource } from "#lib/domain/jobs/job-source.ts";
import { NO_TRANSFORM, type Transform } from "#lib/domain/jobs/transform.ts";

const all = { recordsPerSecond: null, canary: false, window: null, stopAtReturnedPercent: 10 };
const ranges: JobSource = {
  ...{ kind: "ranges", topics: [{ topic: "a", partitions: null }], keys: ["k", "l"], eventTypes: ["t"] },
  ...{ from: { kind: "offset", offset: 1_200n }, to: { kind: "end" } },
};

describe("what was asked for, in words", () => {
  test.each([
    [all, "no brake; all at once, no canary; stops when 10% return"],
    [
      { ...all, recordsPerSecond: 3, canary: true, window: { fromMinute: 1_320, toMinute: 390 } },
      "3/s; canary 1, 5, 50, then all; stops when 10% return; from 22:00 to 06:30 UTC only",
    ],
  ])("%o", (pace, words) => {
    expect(paceWords(pace)).toBe(words);
  });

  test.each<[JobSource, string]>([
    [{ kind: "dead-letters", selection: { kind: "ids", ids: ["a"] } }, "1 dead letter, chosen one by one"],
    [
      {
        kind: "dead-letters",
        selection: { kind: "filter", filter: {}, frozen: { upTo: 9n, count: 1_204 } },
      },
      "1,204 dead letters, all that the filter matched",
    ],
    [ranges, "a, from offset 1,200 to the end; 2 keys only; t only"],
  ])("%o", (source, words) => {
    expect(sourceWords(source)).toBe(words);
  });

  test.each<[Transform, string]>([
    [NO_TRANSFORM, "not at all: byte for byte as they came"],
    [
      {
        headers: { set: [{ name: "s", value: "" }], drop: ["d"] },
        value: { kind: "script", code: "return record" },
        newEventId: true,
      },
      "drops d; sets s; JavaScript on each record; a new event id",
    ],
  ])("%o", (transform, words) => {
    expect(transformWords(transform)).toBe(words);
  });
});

test("the last button says how many records go where", () => {
  const job = { target: { kind: "way-in" as const, group: "payments" } };
  expect(sendTitle(1, false, targetTopicsPhrase(job, ["t.redrive.payments"]))).toBe(
    "Send 1 record to t.redrive.payments",
  );
  expect(sendTitle(1_204, true, targetTopicsPhrase(job, ["a", "b"]))).toBe(
    "Send at most 1,204 records to 2 topics",
  );
  expect(targetTopicsPhrase(job, [])).toBe("payments, by its own way in");
});

test("a job that nobody named is called after what it copies", () => {
  const of = { topics: ["a", "b", "c"], purpose: "replay" as const };
  expect(defaultName({ chosen: { kind: "ranges" }, count: null }, of, { group: null })).toBe(
    "Replay a and 2 more",
  );
  const selection = { kind: "ids" as const, ids: ["x"] };
  expect(
    defaultName({ chosen: { kind: "dead-letters", selection }, count: 1 }, of, { group: "payments" }),
  ).toBe("Redrive 1 dead letter of payments");
  expect(wizardTitle({ count: 12 }, "filter")).toBe("Redrive 12 dead letters");
  expect(wizardTitle({ count: null }, "filter")).toBe("Redrive dead letters");
});
