import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  countAttempt,
  forgiveAttempt,
  freshThrottle,
  isBlocked,
  type ThrottleLimit,
  type ThrottleState,
} from "#lib/domain/access/throttle.ts";

const LIMIT: ThrottleLimit = { maxFailures: 3, windowMs: 60_000, blockMs: 1_000, maxBlockMs: 5_000 };
const T0 = 1_800_000_000_000;

/** The state after failures at these offsets of T0, blocked ones left out as the store does. */
function after(offsetsMs: readonly number[]): ThrottleState {
  return offsetsMs.reduce((state, offset) => {
    const now = T0 + offset;
    return isBlocked(state, now) ? state : countAttempt(state, LIMIT, now);
  }, freshThrottle(T0));
}

describe("countAttempt", () => {
  test.each([
    ["two failures leave a key open", [0, 1], null],
    ["the third closes it for a second", [0, 1, 2], 1_002],
    ["what comes while it is closed is not counted", [0, 1, 2, 500, 999], 1_002],
    ["the first after a block closes it for two", [0, 1, 2, 1_500], 3_500],
    ["a block grows to its ceiling and no further", [0, 1, 2, 1_500, 4_000, 9_000, 15_000], 20_000],
    ["a window without a block forgets", [0, 1, 60_000], null],
    ["a window counts from the end of the last block", [0, 1, 2, 60_500], 62_500],
    ["a window after the last block forgets", [0, 1, 2, 61_002], null],
  ])("%s", (_, offsets, blockedForMs) => {
    expect(after(offsets).blockedUntil).toBe(blockedForMs === null ? null : T0 + blockedForMs);
  });

  test("no order of attempts is heard more often in a window than the limit and one a block", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 59_999 }), { maxLength: 300 }), (offsets) => {
        let state = freshThrottle(T0);
        let heard = 0;
        for (const offset of offsets.toSorted((a, b) => a - b)) {
          if (isBlocked(state, T0 + offset)) continue;
          heard += 1;
          state = countAttempt(state, LIMIT, T0 + offset);
        }
        // Blocks of 1, 2, 4, 5, 5... s: 14 of them at most fit into a minute.
        expect(heard).toBeLessThanOrEqual(LIMIT.maxFailures + 14);
      }),
    );
  });
});

describe("forgiveAttempt", () => {
  test("a right password that filled the window opens the key again", () => {
    expect(forgiveAttempt(after([0, 1, 2]), LIMIT)).toMatchObject({ failures: 2, blockedUntil: null });
  });

  test("a block with the failures of others behind it stays", () => {
    const state = after([0, 1, 2, 1_500]);
    expect(forgiveAttempt(state, LIMIT).blockedUntil).toBe(state.blockedUntil);
  });

  test("nothing is forgiven below zero", () => {
    expect(forgiveAttempt(freshThrottle(T0), LIMIT).failures).toBe(0);
  });
});
