import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEAD_LETTER_STATES, type DeadLetterState } from "#lib/domain/dead-letters/dead-letter.ts";
import {
  DEAD_LETTER_MOVES,
  moved,
  moveTo,
  movesFrom,
  twinKeyOf,
  type DeadLetterMove,
} from "#lib/domain/dead-letters/states.ts";

const _ = null;
/** The state that each move makes of each state; null where it is refused. */
const TABLE: Record<DeadLetterState, Record<DeadLetterMove, DeadLetterState | null>> = {
  open: {
    ...{ discard: "discarded", restore: _, claim: "in-redrive", release: _, pass: _, return: _ },
    ...{ "lose-track": _, expire: "expired" },
  },
  "in-redrive": {
    ...{ discard: _, restore: _, claim: _, release: "open", pass: "passed", return: "returned" },
    ...{ "lose-track": "unknown", expire: _ },
  },
  passed: {
    ...{
      discard: _,
      restore: _,
      claim: _,
      release: _,
      pass: _,
      return: "returned",
      "lose-track": _,
      expire: _,
    },
  },
  returned: {
    ...{ discard: "discarded", restore: _, claim: "in-redrive", release: _, pass: _, return: _ },
    ...{ "lose-track": _, expire: "expired" },
  },
  unknown: {
    ...{
      discard: "discarded",
      restore: _,
      claim: "in-redrive",
      release: _,
      pass: "passed",
      return: "returned",
    },
    ...{ "lose-track": _, expire: "expired" },
  },
  discarded: {
    ...{
      discard: _,
      restore: "open",
      claim: _,
      release: _,
      pass: _,
      return: _,
      "lose-track": _,
      expire: "expired",
    },
  },
  expired: {
    ...{ discard: _, restore: _, claim: _, release: _, pass: _, return: _, "lose-track": _, expire: _ },
  },
};
const cells = DEAD_LETTER_STATES.flatMap((state) =>
  DEAD_LETTER_MOVES.map((move) => [state, move, TABLE[state][move]] as const),
);

describe("what may become of a dead letter", () => {
  test.each(cells)("%s, %s: %s", (state, move, expected) => {
    const outcome = moved({ state, twinOf: null }, move);
    expect("state" in outcome ? outcome.state : null).toBe(expected);
    if (expected !== null) expect(moveTo(move)).toBe(expected);
    expect(movesFrom(move).includes(state)).toBe(expected !== null);
  });
  test("a refusal says why", () => {
    expect(moved({ state: "passed", twinOf: null }, "discard")).toEqual({
      refused: "Only what is open, unknown or returned can be discarded.",
    });
    expect(moved({ state: "discarded", twinOf: null }, "discard")).toEqual({
      refused: "It is discarded already.",
    });
    expect(moved({ state: "expired", twinOf: null }, "restore")).toEqual({
      refused: "Its topic has lost the record.",
    });
  });
  test("a twin only expires", () => {
    for (const move of DEAD_LETTER_MOVES) {
      const outcome = moved({ state: "open", twinOf: "first" }, move);
      expect("state" in outcome ? outcome.state : null).toBe(move === "expire" ? "expired" : null);
    }
  });
  test("nothing leaves expired, and no way but a redrive's leads to passed", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...DEAD_LETTER_MOVES), { maxLength: 12 }), (moves) => {
        let state: DeadLetterState = "open";
        const way: DeadLetterState[] = [];
        for (const move of moves) {
          const outcome = moved({ state, twinOf: null }, move);
          if (!("state" in outcome)) continue;
          expect(state).not.toBe("expired");
          state = outcome.state;
          way.push(state);
        }
        if (way.includes("passed")) expect(way.indexOf("in-redrive")).toBeLessThan(way.indexOf("passed"));
        if (way.includes("passed")) expect(way).toContain("in-redrive");
      }),
    );
  });
});

describe("twins", () => {
  const from = { topic: "orders", partition: 3, offset: 42n };
  const letter = { group: "payments", from, eventId: "e-1" };
  test("are told by group, copy and event", () => {
    expect(twinKeyOf(letter)).toEqual({ group: "payments", eventId: "e-1", ...from });
  });
  test.each([
    ["group", { ...letter, group: null }],
    ["event id", { ...letter, eventId: null }],
    ["topic", { ...letter, from: { ...from, topic: null } }],
    ["partition", { ...letter, from: { ...from, partition: null } }],
    ["offset", { ...letter, from: { ...from, offset: null } }],
  ])("are not told without the %s", (_name, one) => {
    expect(twinKeyOf(one)).toBeNull();
  });
});
