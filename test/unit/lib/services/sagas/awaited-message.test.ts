import { describe, expect, test } from "vitest";
import { awaitedEventOf, awaitedOf } from "#lib/services/sagas/awaited-message.ts";
import type { Saga, SagaEntry, SagaStep } from "#lib/domain/sagas/saga.ts";
import { ORDER } from "../../domain/sagas/shop-choreography.ts";

const AT = Date.UTC(2026, 10, 1, 10);
const step: SagaStep = {
  ...{ name: "courier", service: "courier", state: "sent", attempts: 1, sentAt: AT, dueAt: AT + 10_000 },
  ...{ endedAt: null, commandTopic: "shipping.courier.request", commandId: "c2", input: {}, output: null },
  ...{ error: null, pivot: false, compensation: "shipping.courier.cancel" },
};
const saga: Saga = {
  ...{ id: "shop~fulfilment~1", source: "shop", type: "fulfilment", sagaId: "1", kind: "orchestrated" },
  ...{ state: "stuck", stuck: { kind: "missing-reply", sentence: "" }, step: "courier", correlationId: "o1" },
  ...{ cluster: "test", startedAt: AT, updatedAt: AT, endedAt: null, service: "fulfilment", version: 4 },
  ...{ parkedReason: null, data: {}, steps: [step], journal: [], missing: [], next: null },
};
const entry = (change: Partial<SagaEntry>): SagaEntry => ({
  ...{ seq: 1, at: AT, kind: "command-sent", step: "courier", service: null, topic: null, eventId: null },
  ...{ record: null, detail: null, actor: null, ...change },
});

describe("what an orchestrated saga waits for", () => {
  test("is the command of its step, with the ids of its attempts, its answers and its key", () => {
    const journal = [
      entry({ eventId: "c1" }),
      entry({ eventId: "r1", kind: "reply" }),
      entry({ eventId: "c2" }),
    ];
    expect(awaitedOf({ ...saga, journal }, ["shipping.courier.booked"])).toEqual({
      message: {
        ...{ topic: "shipping.courier.request", service: "courier", sentAt: AT, dueAt: AT + 10_000 },
        record: null,
      },
      eventIds: ["c2", "c1"],
      topics: ["shipping.courier.request", "shipping.courier.booked"],
      key: "1",
    });
  });

  test.each<[string, Partial<SagaStep>, string | undefined, number | null]>([
    [
      "a second attempt was sent a time-out before, at the latest",
      { attempts: 2 },
      "shipping.courier.request",
      AT - 10_000,
    ],
    [
      "an attempt that has timed out was sent then",
      { attempts: 2, dueAt: null },
      "shipping.courier.request",
      AT,
    ],
    [
      "a compensation is what it waits for while it undoes",
      { state: "compensating" },
      "shipping.courier.cancel",
      AT - 10_000,
    ],
    [
      "a step without a compensation waits for nothing",
      { state: "compensating", compensation: null },
      undefined,
      null,
    ],
  ])("%s", (_, change, topic, sentAt) => {
    const { message } = awaitedOf({ ...saga, steps: [{ ...step, ...change }] }, []);
    expect([message?.topic, message?.sentAt ?? null]).toEqual([topic, sentAt]);
  });

  test("a source that counts no versions tells no key, and an unknown step tells nothing", () => {
    expect(awaitedOf({ ...saga, version: null }, []).key).toBeNull();
    expect(awaitedOf({ ...saga, step: "gone" }, ["a"])).toEqual({
      message: null,
      eventIds: [],
      topics: [],
      key: null,
    });
  });
});

describe("what a choreography waits for", () => {
  const created = entry({ kind: "started", topic: "order.order.created", eventId: "e1", service: "orders" });
  const choreographed: Saga = {
    ...saga,
    kind: "choreographed",
    next: { topic: "order.payment.completed", dueAt: AT + 30_000 },
  };
  const producers = new Map([["order.payment.failed", "payments"]]);

  test("is the handling of the event that the missing one should follow, by who was seen to send any of the next", () => {
    const record = { cluster: "test", topic: "order.order.created", partition: 1, offset: 5n };
    const journal = [entry({ ...created, at: AT - 1, eventId: "e0" }), { ...created, record }];
    expect(awaitedEventOf({ ...choreographed, journal }, ORDER, producers)).toEqual({
      message: {
        ...{ topic: "order.order.created", service: "payments", sentAt: AT, dueAt: AT + 30_000, record },
      },
      eventIds: ["e1"],
      topics: ["order.order.created", "order.payment.completed", "order.payment.failed"],
      key: null,
    });
  });

  test("is nothing where nothing is to come", () => {
    const nothing = { message: null, eventIds: [], topics: [], key: null };
    expect(awaitedEventOf({ ...choreographed, next: null }, ORDER, producers)).toEqual(nothing);
    expect(awaitedEventOf({ ...choreographed, journal: [] }, ORDER, producers)).toEqual(nothing);
  });
});
