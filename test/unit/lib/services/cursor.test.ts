import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AppError } from "#lib/services/app-error.ts";
import { decodeCursor, encodeCursor } from "#lib/services/cursor.ts";

const filter = { list: "groups", cluster: "demo", q: undefined, sort: "lag" };
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "none";
  } catch (error) {
    return error instanceof AppError ? error.code : "other";
  }
};

describe("a cursor", () => {
  test("comes back as it was, whatever ids are in it", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), (values) => {
        const back = decodeCursor(encodeCursor(filter, values), filter, values.length);
        expect(back).toEqual(values.map((each) => (Object.is(each, -0) ? 0 : each)));
      }),
      { numRuns: 40 },
    );
  });
  test("none is none", () => {
    expect(decodeCursor(undefined, filter, 2)).toBeNull();
  });
  test.each([
    ["no base64url", "!!!"],
    ["no JSON", Buffer.from("nonsense").toString("base64url")],
    ["another version", Buffer.from('[2,"x",1]').toString("base64url")],
    ["no list", Buffer.from('{"a":1}').toString("base64url")],
    ["values of another kind", Buffer.from('[1,"x",{"a":1}]').toString("base64url")],
    ["empty", ""],
  ])("a malformed one is refused: %s", (_, cursor) => {
    expect(codeOf(() => decodeCursor(cursor, filter, 1))).toBe("cursor_invalid");
  });
  test("one of other filters is refused", () => {
    const cursor = encodeCursor({ ...filter, cluster: "other" }, [1, "a"]);
    expect(codeOf(() => decodeCursor(cursor, filter, 2))).toBe("cursor_invalid");
  });
  test("one with too few values is refused", () => {
    expect(codeOf(() => decodeCursor(encodeCursor(filter, [1]), filter, 2))).toBe("cursor_invalid");
  });
});
