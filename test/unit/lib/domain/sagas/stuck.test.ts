import { describe, expect, test } from "vitest";
import { decideStuck, type FoundGroup, type StuckFacts } from "#lib/domain/sagas/stuck.ts";
import type { Saga, SagaStep, StuckKind } from "#lib/domain/sagas/saga.ts";

const NOW = Date.UTC(2026, 10, 1, 10);
const SENT_AT = NOW - 60_000;
const DUE_AT = NOW - 50_000;
const TOPIC = "shipping.courier.request";

const step: SagaStep = {
  ...{ name: "courier", service: "courier", state: "sent", attempts: 3, sentAt: SENT_AT, dueAt: DUE_AT },
  ...{
    endedAt: null,
    commandTopic: TOPIC,
    commandId: "c1",
    input: {},
    output: null,
    error: null,
    pivot: false,
  },
  compensation: "shipping.courier.cancel",
};

function saga(stuck: StuckKind | null, change: Partial<Saga> = {}): Saga {
  return {
    ...{ id: "shop~fulfilment~1", source: "shop", type: "fulfilment", sagaId: "1", kind: "orchestrated" },
    ...{ state: stuck === null ? "running" : "stuck", step: "courier", correlationId: "o1", cluster: "test" },
    ...{ startedAt: NOW - 90_000, updatedAt: SENT_AT, endedAt: null, service: "fulfilment", version: 4 },
    stuck:
      stuck === null ? null : { kind: stuck, sentence: "No reply of courier to courier came to 3 attempts." },
    ...{ parkedReason: null, data: {}, steps: [step], journal: [], missing: [], next: null, ...change },
  };
}

const courier: FoundGroup = {
  ...{ group: "courier", memberCount: 1, lag: 0, levelInMs: null, read: "yes", movedAt: NOW - 40_000 },
};
const down: FoundGroup = { ...courier, memberCount: 0, lag: 3, read: "no", movedAt: null };
const awaited: StuckFacts["awaited"] = {
  ...{ topic: TOPIC, service: "courier", sentAt: SENT_AT, dueAt: DUE_AT, record: null },
};
const dead = {
  ...{ id: "d1", topic: `${TOPIC}.dlt`, originTopic: TOPIC, group: "courier", causeClass: "AddressError" },
  at: NOW - 30_000,
};
const unsent = { database: "shop", topic: TOPIC, createdAt: NOW - 20_000, attempts: 0 };

const facts = (change: Partial<StuckFacts> = {}): StuckFacts => ({
  ...{ saga: saga("missing-reply"), now: NOW, awaited, deadLetters: [], unsent: [], groups: [courier] },
  ...{ owner: null, ...change },
});

interface Case {
  name: string;
  facts: StuckFacts;
  kind: StuckKind | null;
  sentence?: string;
  evidence?: string[];
}

const cases: Case[] = [
  {
    name: "a saga that goes on is not stuck, whatever lies about",
    facts: facts({ saga: saga(null), deadLetters: [dead] }),
    kind: null,
  },
  {
    name: "a saga that ended is not stuck",
    facts: facts({ saga: saga("missing-reply", { endedAt: NOW, state: "completed" }) }),
    kind: null,
  },
  {
    name: "its command died in a dead-letter topic: stronger than a group that lags",
    facts: facts({ deadLetters: [dead], groups: [down] }),
    kind: "dead-letter",
    sentence: `${TOPIC} could not be handled by courier (AddressError): it lies in ${TOPIC}.dlt since 30 s.`,
    evidence: ["dead-letter", "topic"],
  },
  {
    name: "the newest of two dead letters is the reason",
    facts: facts({ deadLetters: [{ ...dead, at: NOW - 80_000, causeClass: "OldError" }, dead] }),
    kind: "dead-letter",
    sentence: `${TOPIC} could not be handled by courier (AddressError): it lies in ${TOPIC}.dlt since 30 s.`,
  },
  {
    name: "its answer died at the service that owns it",
    facts: facts({
      deadLetters: [{ ...dead, originTopic: "shipping.courier.booked", group: "fulfilment-saga" }],
    }),
    kind: "dead-letter",
  },
  {
    name: "a dead letter of another group that reads the topic holds nothing up",
    facts: facts({
      deadLetters: [{ ...dead, group: "audit" }],
      groups: [courier, { ...courier, group: "audit" }],
    }),
    kind: "missing-reply",
  },
  {
    name: "a dead letter that names no group is its own",
    facts: facts({ deadLetters: [{ ...dead, group: null, causeClass: null }] }),
    kind: "dead-letter",
    sentence: `${TOPIC} could not be handled: it lies in ${TOPIC}.dlt since 30 s.`,
  },
  {
    name: "a refusal is what its source says, not what a group does",
    facts: facts({ saga: saga("refused"), groups: [down], unsent: [unsent] }),
    kind: "refused",
    sentence: "No reply of courier to courier came to 3 attempts.",
    evidence: ["topic"],
  },
  {
    name: "a compensation that failed is what its source says",
    facts: facts({ saga: saga("compensation-failed"), groups: [down] }),
    kind: "compensation-failed",
  },
  {
    name: "its command has not left the outbox: stronger than a group that lags",
    facts: facts({ unsent: [unsent], groups: [down] }),
    kind: "outbox",
    sentence: `${TOPIC} waits in the outbox of shop since 20 s, and nothing has tried to send it: does its relay run?`,
    evidence: ["topic"],
  },
  {
    name: "the broker refuses its command",
    facts: facts({ unsent: [{ ...unsent, attempts: 4 }] }),
    kind: "outbox",
    sentence: `${TOPIC} waits in the outbox of shop since 20 s, and it was refused 4 times.`,
  },
  {
    name: "a lock of another saga is what its source says",
    facts: facts({ saga: saga("lock"), groups: [down] }),
    kind: "lock",
  },
  {
    name: "the group has no member and has not read its command",
    facts: facts({ groups: [down] }),
    kind: "lagging-group",
    sentence: `courier has no member and has not read ${TOPIC}, 3 records behind.`,
    evidence: ["group", "topic"],
  },
  {
    name: "the group lags and will be level",
    facts: facts({ groups: [{ ...down, memberCount: 2, lag: 12_000, levelInMs: 90_000 }] }),
    kind: "lagging-group",
    sentence: `courier has not read ${TOPIC} yet, 12,000 records behind, level in 1 m 30 s.`,
  },
  {
    name: "another group lags: that holds nothing up",
    facts: facts({ groups: [courier, { ...down, group: "audit" }] }),
    kind: "missing-reply",
  },
  {
    name: "which of two groups it waits for is not known: none is blamed",
    facts: facts({
      awaited: { ...awaited, service: null },
      groups: [
        { ...down, group: "a" },
        { ...down, group: "b" },
      ],
    }),
    kind: "missing-reply",
  },
  {
    name: "the only group that reads the topic is the one, whatever its name",
    facts: facts({ groups: [{ ...down, group: "courier-v2" }] }),
    kind: "lagging-group",
  },
  {
    name: "a timer is past due and the service that owns it has no member",
    facts: facts({ saga: saga("timer-due"), owner: { group: "fulfilment", memberCount: 0 } }),
    kind: "timer-due",
    sentence:
      "Its timer was due 50 s ago and nobody acted on it: fulfilment has no member, so its service does not run.",
    evidence: ["group", "topic"],
  },
  {
    name: "a timer is past due and nobody knows why",
    facts: facts({ saga: saga("timer-due") }),
    kind: "timer-due",
    sentence: "Its timer was due 50 s ago and nobody acted on it: does fulfilment run?",
  },
  {
    name: "the command was read and no reply came",
    facts: facts(),
    kind: "missing-reply",
    sentence: `courier has read ${TOPIC} (its last commit there was 40 s ago) and no reply came.`,
    evidence: ["topic", "group"],
  },
  {
    name: "nobody reads the topic of the command",
    facts: facts({ groups: [] }),
    kind: "missing-reply",
    sentence: `No reply of courier to courier came to 3 attempts. No group is known to read ${TOPIC}.`,
    evidence: ["topic"],
  },
  {
    name: "an event of a choreography is missing, and who should have sent it has read its cause",
    facts: facts({
      saga: saga("missing-event", {
        next: { topic: "order.payment.completed", dueAt: DUE_AT },
        service: null,
      }),
      awaited: {
        ...{ topic: "order.order.created", service: "payments", sentAt: SENT_AT, dueAt: DUE_AT },
        ...{
          record: { cluster: "test", topic: "order.order.created", partition: 2, offset: 7n },
        },
      },
      groups: [
        { ...courier, group: "payments" },
        { ...down, group: "notifications" },
      ],
    }),
    kind: "missing-event",
    sentence:
      "No reply of courier to courier came to 3 attempts. payments has read order.order.created (its last commit there was 40 s ago).",
    evidence: ["record", "group", "topic"],
  },
  {
    name: "the group that should send the missing event has not read its cause",
    facts: facts({
      saga: saga("missing-event", {
        next: { topic: "order.payment.completed", dueAt: DUE_AT },
        service: null,
      }),
      groups: [down],
    }),
    kind: "lagging-group",
  },
];

describe("why a saga is stuck", () => {
  test.each(cases)("$name", ({ facts: given, kind, sentence, evidence }) => {
    const stuck = decideStuck(given);
    expect(stuck?.kind ?? null).toBe(kind);
    if (sentence !== undefined) expect(stuck?.sentence).toBe(sentence);
    if (evidence !== undefined) expect(stuck?.evidence.map((each) => each.kind)).toEqual(evidence);
    if (stuck !== null) {
      expect(stuck.step).toBe("courier");
      expect(stuck.evidence.length).toBeGreaterThan(0);
    }
  });
});
