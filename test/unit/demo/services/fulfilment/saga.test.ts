import { describe, expect, it } from "vitest";
import { FULFILMENT_COMMANDS, FULFILMENT_REPLIES } from "#demo/fulfilment-events.ts";
import { SHOP_GROUPS } from "#demo/groups.ts";
import { SHOP_SERVICES } from "#demo/parts.ts";
import { fulfilmentSaga, newFulfilment } from "#demo/services/fulfilment/saga.ts";
import { sagaTopics } from "#kit/saga/topics.ts";

const { steps } = fulfilmentSaga;
const order = newFulfilment({ orderId: "ord_1", customerId: "cus_000012", postcode: "10115" });

describe("the saga fulfilment", () => {
  it("has its point of no return at the pickup: all before it can be undone, nothing from it on", () => {
    expect(
      steps.map(({ name, pivot, compensation }) => [name, pivot === true, compensation !== undefined]),
    ).toEqual([
      ["allocate", false, true],
      ["chargeShipping", false, true],
      ["label", false, true],
      ["pickup", true, false],
      ["notify", false, false],
    ]);
  });

  it("gives up on a silent courier in less than 30 s, so that a person sees it by then", () => {
    for (const { service, timeoutMs = 0, retry } of steps) {
      if (service !== "courier" || !retry) continue;
      const pauses = retry.delayMs * (retry.factor + 1);
      expect(timeoutMs * retry.attempts + pauses).toBe(18_000);
    }
  });

  it("asks services of the shop, each by a command that the service's group reads", () => {
    for (const { service, command, compensation } of steps) {
      expect(SHOP_SERVICES as readonly string[]).toContain(service);
      const read = SHOP_GROUPS[service as keyof typeof SHOP_GROUPS].map(({ topic }) => topic);
      for (const asked of compensation ? [command, compensation.command] : [command])
        expect(read).toContain(asked.topic);
    }
  });

  it("names all its events, and its groups read what the orchestrator reads", () => {
    const { events, consumers } = sagaTopics({
      service: "fulfilment",
      sagas: [fulfilmentSaga],
      operators: true,
    });
    const names = (list: readonly { readonly topic: string }[]): string[] =>
      list.map(({ topic }) => topic).sort();
    expect(names(events)).toEqual([...names(FULFILMENT_COMMANDS), "sluice.saga.command-result"].sort());
    const groups: Record<string, readonly { readonly topic: string }[]> = SHOP_GROUPS;
    for (const { group, events: read } of consumers) expect(names(groups[group] ?? [])).toEqual(names(read));
    expect(names(FULFILMENT_REPLIES)).toEqual(names(consumers[0]!.events));
  });

  it("learns from each answer what the next step needs, and reads it back from the table", () => {
    const replies = [
      { orderId: "ord_1", bay: "B07", units: 3 },
      { orderId: "ord_1", chargeId: "shp_1", feeCents: 810, currency: "EUR" },
      { orderId: "ord_1", trackingNumber: "SL000000000001" },
      { orderId: "ord_1", trackingNumber: "SL000000000001", van: "V2" },
      { orderId: "ord_1" },
    ];
    const inputs: unknown[] = [];
    const end = steps.reduce((data, step, position) => {
      const input = step.input(data);
      expect(step.command.parse(input)).toEqual(input);
      inputs.push(input);
      return fulfilmentSaga.parse(JSON.parse(JSON.stringify(step.merge?.(data, replies[position]) ?? data)));
    }, order);
    expect(inputs).toEqual([
      { orderId: "ord_1" },
      { orderId: "ord_1", feeCents: 810, currency: "EUR" },
      { orderId: "ord_1", postcode: "10115", units: 3 },
      { orderId: "ord_1", bay: "B07", trackingNumber: "SL000000000001" },
      { orderId: "ord_1", customerId: "cus_000012", trackingNumber: "SL000000000001" },
    ]);
    expect(end).toEqual({
      ...order,
      bay: "B07",
      units: 3,
      feeCents: 810,
      trackingNumber: "SL000000000001",
      van: "V2",
    });
  });

  it("goes on where a step was skipped: every later command is still one that its topic takes", () => {
    for (const step of steps) expect(() => step.command.parse(step.input(order))).not.toThrow();
  });
});
