import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUCKETS, bucketFor, murmur2, partitionFor } from "#kit/partition.ts";

describe("murmur2", () => {
  // The vectors of Kafka's own UtilsTest.testMurmur2.
  it.each([
    ["21", -973932308],
    ["foobar", -790332482],
    ["a-little-bit-long-string", -985981536],
    ["a-little-bit-longer-string", -1486304829],
    ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
    ["abc", 479470107],
  ])("of %j is what Java says", (key, hash) => {
    expect(murmur2(Buffer.from(key))).toBe(hash);
  });

  it("reads a view that starts in the middle of its buffer", () => {
    const whole = Buffer.from("xxfoobar");
    expect(murmur2(whole.subarray(2))).toBe(-790332482);
    expect(murmur2(new Uint8Array(whole).subarray(2))).toBe(-790332482);
  });
});

describe("partitionFor", () => {
  it("clears the sign bit as Java does, where an unsigned shift would land elsewhere", () => {
    const hash = -973932308;
    expect(partitionFor("21", 6)).toBe((hash & 0x7fffffff) % 6);
    expect(partitionFor("21", 6)).not.toBe((hash >>> 0) % 6);
  });

  it("is a partition, the same for text and its UTF-8 bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 500 }), (key, count) => {
        const partition = partitionFor(key, count);
        expect(partition).toBe(partitionFor(Buffer.from(key, "utf8"), count));
        expect(Number.isInteger(partition) && partition >= 0 && partition < count).toBe(true);
      }),
    );
  });

  it("gives the outbox one of its 64 buckets", () => {
    fc.assert(fc.property(fc.string(), (key) => bucketFor(key) === partitionFor(key, BUCKETS)));
    expect(BUCKETS).toBe(64);
  });
});
