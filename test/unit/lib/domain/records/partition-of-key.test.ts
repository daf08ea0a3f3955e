import fc from "fast-check";
import { expect, test } from "vitest";
import { partitionFor } from "#kit/partition.ts";
import { partitionOfKey } from "#lib/domain/records/partition-of-key.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

// Kafka's own UtilsTest: murmur2 of these keys, and what `& 0x7fffffff` makes of it.
test.each([
  ["21", -973932308],
  ["foobar", -790332482],
  ["a-little-bit-long-string", -985981536],
  ["a-little-bit-longer-string", -1486304829],
  ["lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971],
  ["abc", 479470107],
])("%s hashes as Kafka's own test says", (key, hash) => {
  expect(partitionOfKey(bytes(key), 0x7fffffff)).toBe((hash & 0x7fffffff) % 0x7fffffff);
});

test("every key goes where the kit's producer puts it", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.integer({ min: 1, max: 1_000 }), (key, count) => {
      expect(partitionOfKey(key, count)).toBe(partitionFor(key, count));
    }),
  );
});
