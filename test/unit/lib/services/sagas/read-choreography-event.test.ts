import { describe, expect, test } from "vitest";
import { readChoreographyEvent } from "#lib/services/sagas/read-choreography-event.ts";

const AT = Date.UTC(2026, 10, 1, 10);
const place = { topic: "order.order.created", partition: 3, starts: false, now: AT + 9_000 };

const record = (headers: Record<string, string | null>, timestamp: bigint | null = BigInt(AT + 500)) => ({
  ...{ offset: 7n, timestamp },
  headers: Object.entries(headers).map(([name, value]) => ({
    ...{ name, nameBytes: Buffer.from(name) },
    value: value === null ? null : Buffer.from(value),
  })),
});
const KIT = {
  "event-id": "e1",
  "occurred-at": new Date(AT).toISOString(),
  "correlation-id": "c1",
  "causation-id": "e0",
  producer: "orders",
};

describe("an event by its headers", () => {
  test("is told by the kit's headers, and by its place", () => {
    expect(readChoreographyEvent(place, record(KIT))).toEqual({
      correlationId: "c1",
      event: {
        ...{ topic: "order.order.created", partition: 3, offset: 7n, eventId: "e1", causationId: "e0" },
        ...{ producer: "orders", at: AT },
      },
    });
  });

  test.each<[string, Record<string, string | null>, bigint | null, number]>([
    ["the record's where the header is absent", { "occurred-at": null }, BigInt(AT + 500), AT + 500],
    ["the record's where the header is no time", { "occurred-at": "yesterday" }, BigInt(AT + 500), AT + 500],
    [
      "the record's where no column could hold it",
      { "occurred-at": "+012026-01-01T00:00:00Z" },
      BigInt(AT + 500),
      AT + 500,
    ],
    ["now where neither tells", { "occurred-at": "" }, null, AT + 9_000],
  ])("its time is %s", (_, change, timestamp, at) => {
    expect(readChoreographyEvent(place, record({ ...KIT, ...change }, timestamp))?.event.at).toBe(at);
  });

  test("one without a correlation id belongs to no instance, but a starting event begins its own", () => {
    const headers = { ...KIT, "correlation-id": null };
    expect(readChoreographyEvent(place, record(headers))).toBeNull();
    expect(readChoreographyEvent({ ...place, starts: true }, record(headers))?.correlationId).toBe("e1");
    expect(readChoreographyEvent({ ...place, starts: true }, record({}))).toBeNull();
  });

  test("one without an event id is named by its place", () => {
    const read = readChoreographyEvent(place, record({ ...KIT, "event-id": null, "causation-id": "" }));
    expect(read?.event).toMatchObject({ eventId: "order.order.created:3:7", causationId: null });
  });

  test("ids are cut, so that no header grows an index beyond its bounds", () => {
    const read = readChoreographyEvent(place, record({ ...KIT, "correlation-id": "x".repeat(5_000) }));
    expect(read?.correlationId).toHaveLength(300);
  });
});
