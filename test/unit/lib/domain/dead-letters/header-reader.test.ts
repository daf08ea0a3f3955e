import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BIG_ENDIAN, headerReader } from "#lib/domain/dead-letters/dialects/header-reader.ts";
import { TextMemory } from "#lib/domain/dead-letters/dialects/text-memory.ts";

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const readerOf = (...values: (string | Uint8Array | null)[]) =>
  headerReader(
    values.map((value) => ({ name: "n", value: typeof value === "string" ? bytesOf(value) : value })),
  );

describe("a decimal header", () => {
  test.each([
    ["0", 0, 0n],
    ["0017", 17, 17n],
    ["-1", null, null],
    ["2147483647", 2_147_483_647, 2_147_483_647n],
    ["2147483648", null, 2_147_483_648n],
    ["999999999999999", null, 999_999_999_999_999n],
    ["9007199254740993", null, 9_007_199_254_740_993n],
    ["9223372036854775807", null, 9_223_372_036_854_775_807n],
    ["9223372036854775808", null, null],
    ["", null, null],
    ["1 ", null, null],
    ["+1", null, null],
    ["1e3", null, null],
    ["\u0661", null, null],
  ])("%j is the number %s and the offset %s", (text, int, offset) => {
    expect(readerOf(text).int("n", "decimal")).toBe(int);
    expect(readerOf(text).offset("n", "decimal")).toBe(offset);
  });
  test("is an instant up to the last that a date can hold", () => {
    expect(readerOf("999999999999999").instant("n", "decimal")).toBe(999_999_999_999_999);
    expect(readerOf("8640000000000000").instant("n", "decimal")).toBe(8_640_000_000_000_000);
    const beyond = readerOf("8640000000000001");
    expect(beyond.instant("n", "decimal")).toBeNull();
    expect(beyond.failures).toEqual([{ name: "n", reason: "8640000000000001 is out of range." }]);
  });
});

describe("a repeated header", () => {
  test("is counted, and its first and last are told apart", () => {
    const headers = readerOf("1", null, "3");
    expect([headers.count("n"), headers.count("m")]).toEqual([3, 0]);
    expect([headers.int("n", "decimal", "first"), headers.int("n", "decimal")]).toEqual([1, 3]);
    expect(headers.ints("n", "decimal")).toEqual([1, 3]);
  });
  test("of null alone is there and has no value", () => {
    const headers = readerOf(null);
    expect([headers.has("n"), headers.count("n"), headers.text("n")]).toEqual([true, 1, null]);
  });
  test("holds bytes where the form says so, whatever they would be as text", () => {
    expect(readerOf(bytesOf("1234")).int("n", BIG_ENDIAN.int)).toBe(0x31323334);
  });
});

describe("remembered texts", () => {
  const decode = (bytes: Uint8Array): string => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

  test("are what decoding answers, whatever came before", () => {
    const memory = new TextMemory();
    // Few lengths and letters, so that many share a slot; the middle of a long one tells no slot.
    const text = fc.oneof(
      fc.string({ maxLength: 3 }),
      fc.string({ unit: fc.constantFrom("a", "b", "ö"), minLength: 30, maxLength: 70 }),
      fc.constantFrom("x", "y", "\0").map((middle) => `${"a".repeat(40)}${middle}${"b".repeat(40)}`),
      fc.constant("z".repeat(5_000)),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 200 }), (texts) => {
        for (const each of texts) expect(memory.textOf(bytesOf(each), decode)).toBe(each);
      }),
      { numRuns: 300 },
    );
  });
  test("are decoded twice at most while they are the same, and outlive their buffer", () => {
    const memory = new TextMemory();
    let decoded = 0;
    const counted = (bytes: Uint8Array): string => {
      decoded += 1;
      return decode(bytes);
    };
    const buffer = bytesOf("orders.dlt");
    for (let turn = 0; turn < 5; turn++) expect(memory.textOf(buffer, counted)).toBe("orders.dlt");
    expect(decoded).toBe(2);
    buffer.set(bytesOf("ORDERS"));
    expect(memory.textOf(bytesOf("orders.dlt"), counted)).toBe("orders.dlt");
    expect(memory.textOf(buffer, counted)).toBe("ORDERS.dlt");
  });
});
