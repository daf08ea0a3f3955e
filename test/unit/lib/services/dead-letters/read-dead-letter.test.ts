import { describe, expect, test } from "vitest";
import { DeadLetterReader, hashOf } from "#lib/services/dead-letters/read-dead-letter.ts";

const AT = { topic: "orders.dlt", partition: 0, now: 1_700_000_000_000 };
const SETTINGS = { previews: true, floodAt: 1_000_000 };

function readerOf(
  given: Partial<ConstructorParameters<typeof DeadLetterReader>[1]> = {},
  cluster = "main",
): DeadLetterReader {
  return new DeadLetterReader(cluster, { settings: SETTINGS, causes: [], keepsKey: () => true, ...given });
}

const record = (told: Record<string, string> = {}, key: Buffer | null = Buffer.from("order-1")) => ({
  ...{ offset: 1n, timestamp: 1_699_999_999_000n, key, value: Buffer.from("{}") },
  headers: Object.entries({
    ...{ "dlt-topic": "orders", "dlt-partition": "0", "dlt-offset": "7", "dlt-from": "orders:0:7" },
    ...{ "dlt-group": "billing", "dlt-cause": "PaymentError", "dlt-message": "Order 7 is declined" },
    ...told,
  }).map(([name, value]) => ({ name, value: Buffer.from(value) })),
});

describe("causes", () => {
  test("are the same for messages that differ in numbers, and others in another cluster", () => {
    const reader = readerOf();
    const first = reader.read(AT, record()).cause.id;
    expect(reader.read(AT, record({ "dlt-message": "Order 8 is declined" })).cause.id).toBe(first);
    expect(reader.read(AT, record({ "dlt-cause": "Other" })).cause.id).not.toBe(first);
    expect(readerOf({}, "other").read(AT, record()).cause.id).not.toBe(first);
  });

  test("of texts that are never the same are told apart 5,000 times, then by class, then not at all", () => {
    const reader = readerOf();
    const texts = new Set<string>();
    const letters = (n: number): string =>
      Array.from(String(n), (digit) => String.fromCharCode(97 + Number(digit))).join("");
    for (let n = 0; n < 9_000; n++)
      texts.add(
        reader.read(AT, record({ "dlt-cause": `E${letters(n)}`, "dlt-message": letters(n) })).cause.id,
      );
    expect(texts.size).toBe(6_001);
  });
});

describe("keys", () => {
  const keyOf = (reader: DeadLetterReader, key: Buffer | null) => reader.read(AT, record({}, key)).row;

  test.each([
    ["a text", Buffer.from("order-1"), "order-1"],
    ["no key", null, null],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00]), null],
    ["a long text, cut at 200 bytes", Buffer.from("x".repeat(300)), "x".repeat(200)],
    [
      "a long text, cut within a character",
      Buffer.from("é".repeat(150).padStart(151, "a")),
      `a${"é".repeat(99)}`,
    ],
  ])("%s", (_, key, expected) => {
    const row = keyOf(readerOf(), key);
    expect(row.key).toBe(expected);
    expect(row.keyHash).toBe(key === null ? null : hashOf(key));
  });

  test("are not kept without previews, nor where a rule hides them", () => {
    const key = Buffer.from("order-1");
    expect(keyOf(readerOf({ settings: { ...SETTINGS, previews: false } }), key).key).toBeNull();
    expect(keyOf(readerOf({ keepsKey: () => false }), key).key).toBeNull();
  });
});
