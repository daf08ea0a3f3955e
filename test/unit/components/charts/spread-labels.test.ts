import fc from "fast-check";
import { expect, test } from "vitest";

import { spreadLabels } from "#components/charts/spread-labels.ts";

const ROOM = { top: 0, bottom: 100, gap: 10 };

test("labels that do not meet stay where they are", () => {
  const labels = [
    { id: "a", y: 10 },
    { id: "b", y: 60 },
  ];
  expect(spreadLabels(labels, ROOM)).toEqual(labels);
});

test("labels keep their order, their distance and their room", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -20, max: 120 }), { maxLength: 10 }), (ys) => {
      const placed = spreadLabels(
        ys.map((y, index) => ({ id: String(index), y })),
        ROOM,
      );
      placed.forEach((label, index) => {
        expect(label.y).toBeGreaterThanOrEqual(ROOM.top - 1e-6);
        expect(label.y).toBeLessThanOrEqual(ROOM.bottom + 1e-6);
        const before = placed[index - 1];
        if (before) {
          expect(label.y - before.y).toBeGreaterThanOrEqual(ROOM.gap - 1e-6);
          expect(ys[Number(label.id)]).toBeGreaterThanOrEqual(ys[Number(before.id)]!);
        }
      });
    }),
  );
});

test("too many labels share the room evenly", () => {
  const placed = spreadLabels(
    Array.from({ length: 21 }, (_, index) => ({ id: String(index), y: 50 })),
    ROOM,
  );
  expect(placed[1]!.y - placed[0]!.y).toBeCloseTo(5);
  expect(placed[0]!.y).toBeGreaterThanOrEqual(-1e-6);
  expect(placed.at(-1)!.y).toBeLessThanOrEqual(100 + 1e-6);
});
