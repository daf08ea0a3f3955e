import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChoreographyEvent } from "#lib/domain/sagas/choreography.ts";
import { mergeEvents, EVENTS_KEPT } from "#lib/domain/sagas/fold-choreography-merge.ts";
import { adviceOf, stepsOf } from "#lib/domain/sagas/fold-choreography-steps.ts";
import { foldChoreography, type FoldedChoreography } from "#lib/domain/sagas/fold-choreography.ts";
import { ORDER } from "./shop-choreography.ts";

const FOLDER = join(import.meta.dirname, "../../../../fixtures/sagas/choreography");
const BASE_AT = Date.UTC(2026, 10, 1, 10);

interface Fixture {
  case: string;
  nowSecond: number;
  watermarkSecond: number | null;
  hindrance?: string;
  events: (Omit<ChoreographyEvent, "offset" | "at"> & { offset: string; second: number })[];
  expect: {
    state: string;
    step: string | null;
    started: number | null;
    ended: number | null;
    stuck: string | null;
    sentence?: string;
    next: [string, number] | null;
    steps: Record<string, string>;
    journal: string[];
    details?: Record<string, string>;
    missing?: Record<string, string>;
  };
}

const at = (second: number): number => BASE_AT + second * 1_000;
const secondOf = (time: number | null): number | null => (time === null ? null : (time - BASE_AT) / 1_000);

const fixtures = readdirSync(FOLDER)
  .sort()
  .map((file) => JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as Fixture);

const eventsOf = ({ events }: Fixture): ChoreographyEvent[] =>
  events.map(({ second, offset, ...event }) => ({ ...event, offset: BigInt(offset), at: at(second) }));

function fold(fixture: Fixture, events = eventsOf(fixture)): FoldedChoreography {
  const { nowSecond, watermarkSecond, hindrance } = fixture;
  const watermarkAt = watermarkSecond === null ? null : at(watermarkSecond);
  return foldChoreography(ORDER, events, { now: at(nowSecond), watermarkAt, hindrance });
}

describe("an instance of a choreography", () => {
  expect(fixtures.length).toBeGreaterThan(20);

  test.each(fixtures)("$case", (fixture) => {
    const folded = fold(fixture);
    const { expect: expected } = fixture;
    expect({
      state: folded.state,
      step: folded.step,
      started: secondOf(folded.startedAt),
      ended: secondOf(folded.endedAt),
      stuck: folded.stuck?.kind ?? null,
      next: folded.next && [folded.next.topic, secondOf(folded.next.dueAt)],
      steps: Object.fromEntries(folded.steps.map(({ name, state }) => [name, state])),
      journal: folded.journal.map(({ kind, topic, detail }) => `${kind} ${topic ?? detail}`),
    }).toEqual({
      ...{ state: expected.state, step: expected.step, started: expected.started, ended: expected.ended },
      ...{ stuck: expected.stuck, next: expected.next, steps: expected.steps, journal: expected.journal },
    });
    if (expected.sentence !== undefined) expect(folded.stuck?.sentence).toBe(expected.sentence);
    const details = folded.journal.flatMap(({ topic, detail }) =>
      topic === null || detail === null ? [] : [[topic, detail]],
    );
    expect(Object.fromEntries(details)).toMatchObject(expected.details ?? {});
    const missing = Object.fromEntries(folded.missing.map(({ field, reason }) => [field, reason]));
    expect(missing).toMatchObject(expected.missing ?? {});
    expect("deadline" in missing).toBe(expected.missing?.["deadline"] !== undefined);
  });

  test("the order in which its events were read changes nothing", () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(...fixtures)
          .chain((fixture) =>
            fc.tuple(
              fc.constant(fixture),
              fc.shuffledSubarray(eventsOf(fixture), { minLength: fixture.events.length }),
            ),
          ),
        ([fixture, shuffled]) => {
          expect(fold(fixture, shuffled)).toEqual(fold(fixture));
        },
      ),
    );
  });

  test("reading its records again changes nothing", () => {
    for (const fixture of fixtures) {
      const events = eventsOf(fixture);
      expect(mergeEvents(events, events)).toEqual({ events, leftOut: 0 });
    }
  });

  test("a stuck one names the event that was not followed and the topics that were to come", () => {
    const stuck = fixtures.find((each) => each.case.startsWith("the watermark has passed"));
    if (stuck === undefined) throw new Error("there is a stuck fixture");
    expect(fold(stuck).stuck).toMatchObject({
      evidence: [
        { kind: "record", cluster: "test", topic: "order.payment.completed", partition: 0, offset: 2n },
        { kind: "topic", topic: "inventory.stock.reserved" },
        { kind: "topic", topic: "inventory.stock.rejected" },
      ],
    });
  });
});

describe("the events that are kept of an instance", () => {
  const event = (n: number, change: Partial<ChoreographyEvent> = {}): ChoreographyEvent => ({
    ...{ topic: "order.order.created", partition: 0, offset: BigInt(n), eventId: `e${n}` },
    ...{ causationId: null, producer: "orders", at: at(n), ...change },
  });

  test("are 200 at most, and what tells where it stands is among them", () => {
    const retries = Array.from({ length: 500 }, (_, n) => event(n + 1, { topic: "order.payment.failed" }));
    const repeated = Array.from({ length: 30 }, (_, n) => event(1_000 + n, { eventId: "e0", at: at(0) }));
    const end = event(2_000, { topic: "order.order.completed" });
    const { events, leftOut } = mergeEvents([event(0), ...repeated], [...retries, end]);
    expect([events.length, leftOut]).toEqual([EVENTS_KEPT, 332]);
    expect(events.filter(({ eventId }) => eventId === "e0")).toHaveLength(1);
    const folded = foldChoreography(ORDER, events, { now: at(0), watermarkAt: null, leftOut });
    expect([folded.state, folded.startedAt]).toEqual(["completed", at(0)]);
    expect(folded.journal.at(-1)).toMatchObject({ kind: "note", detail: "332 further events are not kept." });
  });
});

describe("the steps of a map", () => {
  test("are the hops of its success path, with what fails and undoes them", () => {
    expect(stepsOf(ORDER)).toEqual([
      {
        ...{ name: "order.payment.completed", event: "order.order.created", withinMs: 30_000 },
        ...{ next: ["order.payment.completed"], failures: ["order.payment.failed"] },
        compensation: "order.payment.cancelled",
      },
      {
        ...{ name: "inventory.stock.reserved", event: "order.payment.completed", withinMs: 30_000 },
        ...{ next: ["inventory.stock.reserved"], failures: ["inventory.stock.rejected"], compensation: null },
      },
      {
        ...{ name: "order.order.completed", event: "inventory.stock.reserved", withinMs: 30_000 },
        ...{ next: ["order.order.completed"], failures: [], compensation: null },
      },
    ]);
  });

  test("three need no orchestrator; a fourth does, and the advice names them", () => {
    expect(adviceOf(ORDER)).toBeNull();
    const four = {
      ...ORDER,
      rules: [
        ...ORDER.rules,
        { event: "order.order.completed", next: ["shipping.parcel.sent"], withinMs: 60_000 },
      ],
      completes: ["shipping.parcel.sent"],
    };
    expect(adviceOf(four)).toBe(
      "It has 4 steps (order.order.created → order.payment.completed → inventory.stock.reserved → " +
        "order.order.completed → shipping.parcel.sent). 2 of them can fail and must be undone by the others. " +
        "With more than 3 steps one service that decides what comes next is easier to follow and to mend.",
    );
  });

  test("a map that runs in a circle ends", () => {
    const circle = {
      ...ORDER,
      rules: [
        ...ORDER.rules,
        { event: "order.payment.completed", next: ["order.order.created"], withinMs: 1 },
      ],
    };
    expect(stepsOf(circle).length).toBeLessThan(10);
  });
});
