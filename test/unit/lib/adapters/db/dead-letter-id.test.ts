import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { idOfPlace, placeOfId } from "#lib/adapters/db/dead-letter-id.ts";

test("an id is a UUID that holds its place, in any case of letters", () => {
  const place = fc.record({
    topicRef: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    partition: fc.integer({ min: 0, max: 2 ** 26 - 1 }),
    offset: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  });
  fc.assert(
    fc.property(place, (given) => {
      const id = idOfPlace(given);
      expect(z.uuid().parse(id)).toBe(id);
      expect(placeOfId(id)).toEqual(given);
      expect(placeOfId(id.toUpperCase())).toEqual(given);
    }),
  );
});

test.each([
  "",
  "x",
  "00000000-0000-4000-8000-000000000000",
  "00000000-0000-8000-0000-000000000000",
  "ffffffff-ffff-8fff-bfff-ffffffffffff",
])("%o is none of ours", (id) => {
  expect(placeOfId(id)).toBeNull();
});
