import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { ChoreographyError, defineChoreography } from "#kit/saga/choreography.ts";
import { defineSaga, SagaDefinitionError, type SagaStep } from "#kit/saga/definition.ts";
import { isSignedBy, signCommand } from "#kit/saga/operator.ts";
import { readOperatorCommand } from "#kit/saga/operator-command.ts";
import { commandKeyOf, commandOfKey, undoneKeyOf } from "#kit/saga/saga.ts";
import { sagaTopics } from "#kit/saga/topics.ts";
import { anyEvent, bookingStep, tripSaga, type Trip } from "./saga-fixture.ts";

const define = (steps: SagaStep<Trip>[], type = "trip"): unknown =>
  defineSaga<Trip>({ type, service: "trips", parse: (data) => data as Trip, steps });

describe("a definition", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["without a step", () => define([]), /no step/],
    ["of a type that is not camel case", () => define([bookingStep("hotel")], "Trip-1"), /camel case/],
    [
      "with a step that is not camel case",
      () => define([{ ...bookingStep("hotel"), name: "a/b" }]),
      /camel case/,
    ],
    ["with two steps of one name", () => define([bookingStep("hotel"), bookingStep("hotel")]), /one name/],
    [
      "with two pivots",
      () => define([bookingStep("hotel", { pivot: true }), bookingStep("train", { pivot: true })]),
      /more than one pivot/,
    ],
    [
      "whose pivot compensates on a timeout",
      () => define([bookingStep("hotel", { pivot: true, onTimeout: "compensate" })]),
      /nobody knows/,
    ],
    [
      "that answers both on one topic",
      () => define([bookingStep("hotel", { refused: anyEvent("trip.hotel.booked") })]),
      /on one topic/,
    ],
    [
      "without an attempt",
      () => define([bookingStep("hotel", { retry: { attempts: 0, delayMs: 1, factor: 1 } })]),
      /no attempt/,
    ],
    ["without time to answer", () => define([bookingStep("hotel", { timeoutMs: 0 })]), /no time/],
  ])("%s is refused", (_, make, reason) => {
    expect(make).toThrow(SagaDefinitionError);
    expect(make).toThrow(reason);
  });

  it("has the kit's policy where none is said", () => {
    expect(tripSaga().plain.steps[0]).toMatchObject({
      ...{
        timeoutMs: 10_000,
        retry: { attempts: 3, delayMs: 1000, factor: 2 },
        onTimeout: "park",
        pivot: false,
      },
    });
  });

  it("tells which topics its orchestrator writes and reads", () => {
    const { events, consumers } = sagaTopics({ service: "trips", sagas: [tripSaga()], operators: true });
    const topics = events.map(({ topic }) => topic);
    expect(topics).toEqual([
      ...[
        "trip.hotel.book",
        "trip.hotel.release",
        "trip.train.book",
        "trip.train.release",
        "trip.ticket.book",
      ],
      ...["trip.ticket.release", "trip.mail.book", "sluice.saga.command-result"],
    ]);
    expect(consumers.map(({ group }) => group)).toEqual(["trips-saga", "trips-saga-operator"]);
    expect(consumers[0]?.events.map(({ topic }) => topic)).toContain("trip.hotel.released");
    expect(sagaTopics({ service: "trips", sagas: [tripSaga()], operators: false }).consumers).toHaveLength(1);
  });
});

describe("the key of a command", () => {
  it.each(["o-1", "a/b", "trip/1/undo", "é 1", "x/hotel/2"])("is read back for the saga %j", (id) => {
    for (const undo of [false, true]) {
      const name = { step: "hotel", generation: 12, undo };
      const key = commandKeyOf({ type: "trip", id }, name);
      expect(commandOfKey(key)).toEqual(name);
      expect(undoneKeyOf(key)).toBe(undo ? `trip/${id}/hotel/12` : undefined);
    }
  });

  it.each(["", "hotel", "trip/1/hotel/0", "trip/1/hotel/x", "trip/1/hotel/1/redo"])("is not %j", (key) => {
    expect(commandOfKey(key)).toBeUndefined();
  });
});

describe("an operator's command", () => {
  const value = {
    ...{
      commandId: "c-1",
      service: "trips",
      sagaId: "t-1",
      type: "trip",
      expectedVersion: 3,
      command: "retry",
    },
    ...{ step: "mail", input: null, reason: "try again", actor: "ada" },
    ...{ issuedAt: "2026-11-23T05:00:00.000Z", expiresAt: "2026-11-23T05:05:00.000Z" },
  };

  it("is read with its expiry", () => {
    expect(readOperatorCommand(value)).toEqual({
      ...{ commandId: "c-1", service: "trips", sagaId: "t-1", type: "trip" },
      expiresAt: Date.parse("2026-11-23T05:05:00.000Z"),
      wish: {
        ...{ kind: "operator", command: "retry", commandId: "c-1", step: "mail", input: null },
        ...{ expectedVersion: 3, reason: "try again", actor: "ada" },
      },
    });
  });

  it.each<[string, object]>([
    ["of a command of another age", { command: "pause" }],
    ["without a version", { expectedVersion: "3" }],
    ["without a reason", { reason: "" }],
    ["without an actor", { actor: undefined }],
    ["with a step that is no text", { step: 4 }],
  ])("%s has a fault", (_, change) => {
    expect(readOperatorCommand({ ...value, ...change })?.wish).toHaveProperty("fault");
  });

  it.each<[string, unknown]>([
    ["no object", 3],
    ["without an id", { ...value, commandId: "" }],
    ["without an expiry", { ...value, expiresAt: "soon" }],
  ])("%s cannot be answered", (_, wrong) => {
    expect(readOperatorCommand(wrong)).toBeUndefined();
  });

  it("is signed over its exact bytes", () => {
    const text = JSON.stringify(value);
    const signature = signCommand(text, "key");
    expect(signature).toBe(createHmac("sha256", "key").update(Buffer.from(text)).digest("hex"));
    expect(isSignedBy(Buffer.from(text), signature, "key")).toBe(true);
    expect(isSignedBy(Buffer.from(`${text} `), signature, "key")).toBe(false);
    expect(isSignedBy(Buffer.from(text), signature, "other")).toBe(false);
    for (const wrong of [undefined, "", "zz", signature.slice(2), `${signature}00`])
      expect(isSignedBy(Buffer.from(text), wrong, "key")).toBe(false);
  });
});

describe("a choreography", () => {
  const [created, paid, failed, shipped] = ["created", "paid", "failed", "shipped"].map((event) =>
    anyEvent(`order.order.${event}`),
  ) as [
    ReturnType<typeof anyEvent>,
    ReturnType<typeof anyEvent>,
    ReturnType<typeof anyEvent>,
    ReturnType<typeof anyEvent>,
  ];
  const order = {
    type: "order",
    starts: [created],
    rules: [
      { event: created, next: [paid, failed], withinMs: 5_000 },
      { event: paid, next: [shipped], withinMs: 60_000 },
    ],
    completes: [shipped],
    compensates: [failed],
  };

  it("is declared with events and told as topics", () => {
    expect(defineChoreography(order)).toEqual({
      type: "order",
      starts: ["order.order.created"],
      rules: [
        { event: "order.order.created", next: ["order.order.paid", "order.order.failed"], withinMs: 5_000 },
        { event: "order.order.paid", next: ["order.order.shipped"], withinMs: 60_000 },
      ],
      compensations: [],
      completes: ["order.order.shipped"],
      compensates: ["order.order.failed"],
    });
  });

  it.each<[string, object, RegExp]>([
    ["has no start", { starts: [] }, /no event starts/],
    ["has no end", { completes: [] }, /no event completes/],
    ["ends in two ways at once", { compensates: [shipped] }, /two ways/],
    ["has an event that leads nowhere", { compensates: [] }, /failed neither leads on nor ends/],
    [
      "has a rule of no time",
      { rules: [{ event: created, next: [shipped], withinMs: 0 }], compensates: [] },
      /whole number/,
    ],
    [
      "has a rule that nothing leads to",
      { rules: [...order.rules, { event: anyEvent("a.b.c"), next: [paid], withinMs: 1 }] },
      /nothing leads to a\.b\.c/,
    ],
  ])("is refused where it %s", (_, change, reason) => {
    expect(() => defineChoreography({ ...order, ...change })).toThrow(ChoreographyError);
    expect(() => defineChoreography({ ...order, ...change })).toThrow(reason);
  });
});
