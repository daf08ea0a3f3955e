import { describe, expect, it } from "vitest";
import { countedFurther } from "#lib/domain/jobs/recovery.ts";

const before = new Map([["orders", [10n, 20n]]]);

describe("up to where targets were looked through", () => {
  it("goes on to where they end now", () => {
    expect(countedFurther(before, new Map([["orders", [15n, 20n]]]))).toEqual(
      new Map([["orders", [15n, 20n]]]),
    );
  });

  it("stays where a partition's end is not told: it would be looked through twice", () => {
    expect(countedFurther(before, new Map([["orders", [null, 25n]]]))).toEqual(
      new Map([["orders", [10n, 25n]]]),
    );
    expect(countedFurther(before, new Map([["orders", [11n]]]))).toEqual(new Map([["orders", [11n, 20n]]]));
  });

  it("stays for a topic that is not told at all, and begins for a new one", () => {
    const ends = new Map([["payments", [null, 3n]]]);
    expect(countedFurther(before, ends)).toEqual(
      new Map([
        ["orders", [10n, 20n]],
        ["payments", [0n, 3n]],
      ]),
    );
  });
});
