import fc from "fast-check";
import type { IHeaders } from "kafkajs";
import { describe, expect, it } from "vitest";
import { cutUtf8, deadLetterOf, pointerOf, retryCopyOf } from "#kit/dead-letter.ts";
import { toMessage, type RawRecord } from "#kit/raw-record.ts";

function record(headers: IHeaders = {}, value: string | null = "{}"): RawRecord {
  return {
    topic: "order.order.created",
    partition: 3,
    offset: 41n,
    timestampAt: 1_700_000_000_000,
    key: Buffer.from("o-1"),
    value: value === null ? null : Buffer.from(value),
    headers,
  };
}

const failure = { error: new Error("no"), attempts: 3, group: "payments", failedAt: Date.UTC(2026, 10, 22) };

function texts(headers: IHeaders | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));
}

describe("deadLetterOf", () => {
  it("tells the record as its own origin where it has none", () => {
    expect(texts(deadLetterOf(record({ "event-id": Buffer.from("e") }), failure).headers)).toMatchObject({
      "event-id": "e",
      "dlt-topic": "order.order.created",
      "dlt-partition": "3",
      "dlt-offset": "41",
      "dlt-timestamp": "1700000000000",
      "dlt-from": "order.order.created:3:41",
      "dlt-group": "payments",
      "dlt-attempts": "3",
      "dlt-failed-at": "2026-11-22T00:00:00.000Z",
    });
  });

  it("keeps a sound first origin and replaces the rest, whatever the headers said", () => {
    const headers = {
      "dlt-topic": "a.b.c",
      "dlt-partition": "0",
      "dlt-offset": "7",
      "dlt-timestamp": "5",
      "dlt-group": "old",
      "dlt-lost-headers": "old",
      "dlt-pointer": "1",
      "retry-attempt": "2",
    };
    const kept = texts(deadLetterOf(record(headers), failure).headers);
    expect(kept).toMatchObject({
      "dlt-topic": "a.b.c",
      "dlt-offset": "7",
      "dlt-timestamp": "5",
      "dlt-group": "payments",
    });
    expect(Object.keys(kept)).not.toContain("retry-attempt");
    expect(Object.keys(kept)).not.toContain("dlt-lost-headers");
    expect(Object.keys(kept)).not.toContain("dlt-pointer");
    const broken = texts(deadLetterOf(record({ ...headers, "dlt-offset": "seven" }), failure).headers);
    expect(broken).toMatchObject({
      "dlt-topic": "order.order.created",
      "dlt-partition": "3",
      "dlt-offset": "41",
    });
  });

  it("names the error, its innermost cause, and cuts message and stack to 1 kB and 8 kB of whole characters", () => {
    const error = new RangeError("é".repeat(2_000), { cause: new Error("b", { cause: new TypeError("c") }) });
    error.stack = "ß".repeat(9_000);
    const headers = texts(deadLetterOf(record(), { ...failure, error }).headers);
    expect(headers).toMatchObject({ "dlt-exception": "RangeError", "dlt-cause": "TypeError" });
    expect(headers["dlt-message"]).toBe("é".repeat(512));
    expect(Buffer.byteLength(headers["dlt-stack"]!)).toBe(8_192);
    expect(texts(deadLetterOf(record(), { ...failure, error: "boom" }).headers)).toMatchObject({
      "dlt-exception": "string",
      "dlt-message": "boom",
    });
  });

  it("always writes what kafkajs can write and names the rest", () => {
    const value = fc.oneof(
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
      fc.string(),
      fc.constant(null),
      fc.array(fc.oneof(fc.string(), fc.constant(null))),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), value), (headers) => {
        const letter = deadLetterOf(record(headers as IHeaders), failure);
        const lost = texts(letter.headers)["dlt-lost-headers"];
        for (const [name, one] of Object.entries(letter.headers ?? {})) {
          const all: unknown[] = Array.isArray(one) ? one : [one];
          expect(all.every((part) => typeof part === "string" || Buffer.isBuffer(part))).toBe(true);
          if (name in headers && !name.startsWith("dlt-")) expect(one).toBe(headers[name]);
        }
        const bad = Object.entries(headers).filter(
          ([, one]) => one === null || (Array.isArray(one) && one.includes(null)),
        );
        expect(lost ?? "").toBe(bad.map(([name]) => name).join(","));
      }),
    );
  });

  it("points at what is too large with event-id and dlt headers alone", () => {
    const pointer = pointerOf(
      deadLetterOf(record({ "event-id": "e", producer: "p" }, "x".repeat(50)), failure),
    );
    expect(pointer.value).toBeNull();
    expect(pointer.key).toEqual(Buffer.from("o-1"));
    expect(
      Object.keys(pointer.headers ?? {}).every((name) => name === "event-id" || name.startsWith("dlt-")),
    ).toBe(true);
    expect(texts(pointer.headers)["dlt-pointer"]).toBe("1");
  });
});

describe("retryCopyOf", () => {
  it("adds the attempts and the first origin, and tells no failure", () => {
    const copy = texts(retryCopyOf(record({ "event-id": "e" }), 1).headers);
    expect(copy).toEqual({
      "event-id": "e",
      "dlt-topic": "order.order.created",
      "dlt-partition": "3",
      "dlt-offset": "41",
      "dlt-timestamp": "1700000000000",
      "retry-attempt": "1",
    });
  });
});

describe("cutUtf8", () => {
  it("never splits a character and never passes the limit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0, max: 40 }), (text, limit) => {
        const cut = cutUtf8(text, limit);
        expect(text.startsWith(cut)).toBe(true);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(limit);
        if (cut !== text) expect(Buffer.byteLength(cut)).toBeGreaterThan(limit - 4);
      }),
    );
  });
});

describe("toMessage", () => {
  it("reads the kit's headers", () => {
    const headers = {
      "event-id": Buffer.from("e"),
      "event-type": "t",
      "occurred-at": "2026-11-22T00:00:00.007Z",
      "correlation-id": "c",
      "causation-id": "x",
      producer: "orders",
      traceparent: "00",
    };
    const message = toMessage(record(headers, '{"a":1}'), { baseTopic: "order.order.created", attempt: 2 });
    expect(message).toMatchObject({
      eventId: "e",
      eventType: "t",
      occurredAt: Date.UTC(2026, 10, 22, 0, 0, 0, 7),
      correlationId: "c",
      causationId: "x",
      producer: "orders",
      traceparent: "00",
      key: "o-1",
      payload: { a: 1 },
      attempt: 2,
    });
  });

  it("gives a foreign record an identity that a copy of it shares", () => {
    const place = { baseTopic: "order.order.created", attempt: 1 };
    const direct = toMessage(record(), place);
    const copied = toMessage(
      { ...record(retryCopyOf(record(), 1).headers), topic: "other", offset: 9n },
      place,
    );
    expect(direct).toMatchObject({
      eventId: "order.order.created:3:41",
      producer: "unknown",
      occurredAt: 1_700_000_000_000,
    });
    expect(copied.eventId).toBe(direct.eventId);
    expect(copied.occurredAt).toBe(direct.occurredAt);
  });

  it("takes a tombstone as null and refuses what is not JSON", () => {
    const place = { baseTopic: "a.b.c", attempt: 1 };
    expect(toMessage(record({}, null), place).payload).toBeNull();
    expect(() => toMessage(record({}, "{"), place)).toThrow("The value is not JSON");
  });
});
