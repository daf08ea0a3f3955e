import { expect, it } from "vitest";
import { defineEvent } from "#kit/event.ts";
import { stampEvent } from "#kit/headers.ts";

const event = defineEvent({ topic: "a.b.c", parse: (value) => value });

it("stamps an event with headers of its own beside the kit's, which win", () => {
  const headers = { "saga-id": "s-1", "event-id": "forged", traceparent: "forged", "causation-id": "forged" };
  const stamped = stampEvent({ event, key: "k", payload: null, eventId: "e-1", headers }, "orders", 0);
  expect(stamped.headers).toEqual({
    ...{ "saga-id": "s-1", "event-id": "e-1", "event-type": "a.b.c", "correlation-id": "e-1" },
    ...{ "occurred-at": "1970-01-01T00:00:00.000Z", producer: "orders" },
  });
});
