import { expect, test } from "vitest";
import type { Saga } from "#lib/domain/sagas/saga.ts";
import { timelineOf } from "#lib/domain/sagas/timeline.ts";
import { drawn, journal, saga, step, T0 } from "./support.ts";

const NOW = T0 + 60_000;

test.each<[string, Partial<Saga>, string[]]>([
  [
    "a choreography: events by who wrote them, out of order, and the expected one with its deadline",
    {
      ...{
        kind: "choreographed",
        service: null,
        next: { topic: "order.order.completed", dueAt: T0 + 30_000 },
      },
      journal: journal(
        [200, "event", undefined, { service: "payments", topic: "payment.payment.completed" }],
        [0, "event", undefined, { service: "orders", topic: "order.order.created" }],
        [250, "duplicate", undefined, { service: "payments", topic: "payment.payment.completed" }],
      ),
    },
    [
      "orders / -: event@0",
      "payments / -: event@200 duplicate@250",
      "? / order.order.completed: due@30000 to come: step 0",
    ],
  ],
  [
    "a choreography with steps: the event that ends a step closes its bar; the open one has the deadline",
    {
      ...{ kind: "choreographed", service: null, next: { topic: "c", dueAt: T0 + 30_200 } },
      steps: [
        step("b", { service: "payments", state: "done", sentAt: 0, endedAt: 200, commandTopic: "a" }),
        step("c", { service: null, state: "sent", sentAt: 200, dueAt: 30_200, commandTopic: "b" }),
        step("d", { service: null }),
      ],
      journal: journal(
        [0, "started", undefined, { service: "orders", topic: "a" }],
        [200, "event", "b", { service: "payments", topic: "b" }],
        [900, "duplicate", "b", { service: "payments", topic: "b" }],
      ),
    },
    [
      "orders / -: started@0",
      "payments / b: [step done 0-200 x1] duplicate@900",
      "? / c: [step under-way 200-now x0] due@30200",
      "? / d: to come: step 0",
    ],
  ],
  [
    "a choreography that was undone: the step's end stays, its compensation is a point",
    {
      ...{ kind: "choreographed", service: null, state: "compensated", endedAt: T0 + 900 },
      steps: [
        step("b", {
          service: "payments",
          state: "compensated",
          sentAt: 0,
          endedAt: 700,
          compensation: "b.undone",
        }),
        step("c", { service: "stock", state: "failed", sentAt: 200, endedAt: 600 }),
      ],
      journal: journal(
        [0, "started", undefined, { service: "orders", topic: "a" }],
        [200, "event", "b", { service: "payments", topic: "b" }],
        [600, "event", undefined, { service: "stock", topic: "c.refused" }],
        [700, "compensated", undefined, { service: "payments", topic: "b.undone" }],
        [900, "ended", undefined, { service: "orders", topic: "a.cancelled" }],
        [950, "late", "c", { service: "stock", topic: "c" }],
      ),
    },
    [
      "orders / -: started@0 ended@900",
      "payments / b: [step done 0-200 x1] [compensation done ?-700 x0]",
      "payments / -: compensated@700",
      "stock / c: [step failed 200-600 x0] late@950",
      "stock / -: event@600",
    ],
  ],
])("%s", (_, change, expected) => {
  expect(drawn(timelineOf(saga(change), NOW))).toEqual(expected);
});
