import { describe, expect, it } from "vitest";

import { deadLettersVerdict } from "#components/dead-letters/dead-letters-verdict.ts";

import { cause, counts } from "./support.ts";

const of = (
  items: ReturnType<typeof cause>[],
  totals: Parameters<typeof counts>[0],
  nextCursor: string | null = null,
) => ({ items, totals: counts(totals), nextCursor });

describe("the sentence over the dead letters", () => {
  it.each([
    [of([], {}), 0, "No dead-letter topic was found.", "neutral"],
    [of([], {}), 2, "No dead letter is open.", "ok"],
    [of([], { discarded: 9, passed: 3 }), 2, "No dead letter is open.", "ok"],
    [of([], { "in-redrive": 4 }), 2, "No dead letter is open; 4 in redrive.", "ok"],
    [
      of([], { "in-redrive": 4, unknown: 1, returned: 2 }),
      2,
      "No dead letter is open; 2 came back from a redrive, 1 with an unknown outcome, 4 in redrive.",
      "warning",
    ],
    [
      of([cause("poison-pill", [0, 1])], { open: 1 }),
      1,
      "1 dead letter is open, of 1 cause: 1 looks like a poison pill; 1 came in the last hour.",
      "warning",
    ],
    [
      of([cause("unclear"), cause("outage", [20, 15]), cause("unclear")], { open: 1_237 }),
      3,
      "1,237 dead letters are open, of 3 causes: 1 looks like an outage, 2 are unclear; 35 came in the last hour.",
      "critical",
    ],
    [
      of([cause("unclear")], { open: 8 }, "next"),
      undefined,
      "8 dead letters are open, of at least 1 cause: 1 is unclear; none came in the last hour.",
      "warning",
    ],
  ] as const)("%#: of %o in %s topics", (causes, topics, sentence, tone) => {
    expect(deadLettersVerdict(causes, topics)).toEqual({ sentence, tone });
  });
});
