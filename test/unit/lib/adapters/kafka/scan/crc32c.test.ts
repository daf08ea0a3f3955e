import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { crc32c, tableCrc32c } from "#lib/adapters/kafka/scan/crc32c.ts";

/** RFC 3720, B.4, and the check value of the catalogues. */
const VECTORS: readonly { name: string; bytes: Buffer; crc: number }[] = [
  { name: "nothing", bytes: Buffer.alloc(0), crc: 0 },
  { name: "123456789", bytes: Buffer.from("123456789"), crc: 0xe3069283 },
  { name: "32 zeros", bytes: Buffer.alloc(32), crc: 0x8a9136aa },
  { name: "32 bytes of ones", bytes: Buffer.alloc(32, 0xff), crc: 0x62a8ab43 },
  { name: "0 to 31", bytes: Buffer.from(Array.from({ length: 32 }, (_, n) => n)), crc: 0x46dd794e },
];

describe("crc32c", () => {
  test.each(VECTORS)("$name", ({ bytes, crc }) => {
    expect([crc32c(bytes), tableCrc32c(bytes)]).toEqual([crc, crc]);
  });
  test("tables and processor agree at every length and place in memory", () => {
    const bytes = randomBytes(300);
    for (let from = 0; from < 16; from += 1) {
      for (let to = from; to <= bytes.length; to += 7) {
        const part = bytes.subarray(from, to);
        expect(tableCrc32c(part)).toBe(crc32c(part));
      }
    }
  });
});
