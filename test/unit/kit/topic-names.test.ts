import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineEvent } from "#kit/event.ts";
import {
  deadLetterTopic,
  groupSlug,
  parseTopicName,
  redriveReaderGroup,
  redriveTopic,
  retryReaderGroup,
  retryTopic,
  TopicNameError,
} from "#kit/topic-names.ts";

const parse = (value: unknown): unknown => value;

describe("topic names", () => {
  it.each([
    [
      "order.order.created",
      { kind: "base", base: "order.order.created", domain: "order", entity: "order", event: "created" },
    ],
    [
      "order.creditNote.issued",
      {
        kind: "base",
        base: "order.creditNote.issued",
        domain: "order",
        entity: "creditNote",
        event: "issued",
      },
    ],
    ["order.order.created.dlt", { kind: "dlt", base: "order.order.created" }],
    ["order.order.created.redrive.pay-1", { kind: "redrive", base: "order.order.created", group: "pay-1" }],
    [
      "order.order.created.retry.pay.2",
      { kind: "retry", base: "order.order.created", group: "pay", level: 2 },
    ],
    [
      "sluice.saga.command-result",
      {
        kind: "base",
        base: "sluice.saga.command-result",
        domain: "sluice",
        entity: "saga",
        event: "command-result",
      },
    ],
    ["sluice.saga.command-result.dlt", { kind: "dlt", base: "sluice.saga.command-result" }],
  ])("reads %s", (name, expected) => {
    expect(parseTopicName(name)).toEqual(expected);
  });

  it.each([
    "order.created",
    "Order.order.created",
    "order.order_item.created",
    "order.order.command-result",
    "a.sluice.saga.command-result",
    "order.order.created.extra",
    "order.order.created.dlt.dlt",
    "order.order.created.redrive.g.dlt",
    "order.order.created.retry.g.0",
    "order.order.created.retry.g",
    "order..created",
    "1rder.order.created",
    "orders-dlt",
    "",
    `order.order.${"c".repeat(250)}`,
  ])("knows no convention in %j", (name) => {
    expect(parseTopicName(name)).toBeUndefined();
  });

  it("reads back what it builds", () => {
    const segment = fc.stringMatching(/^[a-z][a-zA-Z0-9]{0,12}$/);
    const group = fc.string({ minLength: 1, maxLength: 80, unit: "grapheme" });
    fc.assert(
      fc.property(
        fc.tuple(segment, segment, segment),
        group,
        fc.integer({ min: 1, max: 9 }),
        (parts, id, level) => {
          const base = parts.join(".");
          expect(parseTopicName(deadLetterTopic(base))).toEqual({ kind: "dlt", base });
          expect(parseTopicName(redriveTopic(base, id))).toEqual({
            kind: "redrive",
            base,
            group: groupSlug(id),
          });
          expect(parseTopicName(retryTopic(base, id, level))).toEqual({
            kind: "retry",
            base,
            group: groupSlug(id),
            level,
          });
        },
      ),
    );
  });

  it("leaves a kit group as it is and makes any other a slug that cannot collide by case or cut", () => {
    expect(groupSlug("payments-2")).toBe("payments-2");
    expect(groupSlug("g".repeat(64))).toBe("g".repeat(64));
    const hash = createHash("sha256").update("Pay/Ments é").digest("hex").slice(0, 8);
    expect(groupSlug("Pay/Ments é")).toBe(`pay-ments---${hash}`);
    expect(groupSlug("g".repeat(65))).toMatch(/^g{55}-[0-9a-f]{8}$/);
    expect(groupSlug("PAY")).not.toBe(groupSlug("pay"));
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 }), (id) =>
        /^[a-z0-9-]{1,64}$/.test(groupSlug(id)),
      ),
    );
  });

  it("names reader groups after their parent", () => {
    expect([redriveReaderGroup("payments"), retryReaderGroup("payments", 2)]).toEqual([
      "payments-redrive",
      "payments-retry-2",
    ]);
  });

  it("refuses a name over 249 characters, and an event outside the convention", () => {
    const base = `order.order.${"c".repeat(230)}`;
    expect(() => deadLetterTopic(base)).not.toThrow();
    expect(() => redriveTopic(base, "payments")).toThrow(TopicNameError);
    expect(() => defineEvent({ topic: "order.order.created.dlt", parse })).toThrow(TopicNameError);
    expect(() => defineEvent({ topic: "orders", parse })).toThrow(/\{domain\}\.\{entity\}\.\{event\}/);
    expect(() => defineEvent({ topic: "a.b.c", parse, partitions: 0 })).toThrow(RangeError);
  });

  it("gives an event its defaults", () => {
    expect(defineEvent({ topic: "a.b.c", parse })).toMatchObject({
      keyed: true,
      kept: "standard",
      partitions: 6,
    });
  });
});
