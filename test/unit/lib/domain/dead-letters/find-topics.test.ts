import { describe, expect, test } from "vitest";
import { chainOf, chainsOf } from "#lib/domain/dead-letters/find-topics.ts";

const found = (...names: string[]) => chainsOf(names);

describe("a dead-letter topic by its name", () => {
  test.each([
    "orders.dlt",
    "orders-dlt",
    "orders.DLT",
    "orders.dlq",
    "orders-dlq",
    "orders_dlq",
    "dlq.orders",
    "orders_error",
    "orders-dead-letter",
    "orders.dead-letters",
    "orders-dead-letter-queue",
    "dead-letter-topic-orders",
    "orders-retry-dlt",
    "orders-billing-dlt",
  ])("%s is one of orders", (name) => {
    expect(found("orders", "invoices", name)).toEqual([
      { topic: name, sources: ["orders"], retryTopics: [] },
    ]);
  });
  test.each(["wolverine-dead-letter-queue", "dlq-lcc-7kx2", "orders.dlt"])(
    "%s is one, its source unknown",
    (name) => {
      expect(found("invoices", name)).toEqual([{ topic: name, sources: [], retryTopics: [] }]);
    },
  );
  test.each([
    "orders",
    "orders-retry-0",
    "adltopic",
    "order.error",
    "_confluent-dlq",
    "__consumer_offsets",
    "order.order.created.redrive.billing",
  ])("%s is none", (name) => {
    expect(found("orders", name)).toEqual([]);
  });
});

describe("Spring Cloud Stream's error topics", () => {
  test.each([
    ["error.orders.billing", ["orders"]],
    ["error.order.order.created.billing", ["order.order.created"]],
  ])("%s is one where the destination is a topic", (name, sources) => {
    expect(found("orders", "order.order.created", name)).toEqual([{ topic: name, sources, retryTopics: [] }]);
  });
  test("an event of a domain that is called error is none", () => {
    expect(found("orders", "error.report.raised", "error.orders")).toEqual([]);
  });
});

describe("retry topics", () => {
  test("of the kit, by group and level", () => {
    const retries = [1, 2, 10].map((level) => `order.order.created.retry.billing.${level}`);
    expect(found("order.order.created.dlt", ...retries.toReversed(), "order.order.created")).toEqual([
      { topic: "order.order.created.dlt", sources: ["order.order.created"], retryTopics: retries },
    ]);
  });
  test.each([
    [["orders-retry"]],
    [["orders-retry-0", "orders-retry-1"]],
    [["orders-retry-1000", "orders-retry-2000", "orders-retry-10000"]],
    [["orders-retry-1000-0", "orders-retry-1000-1"]],
    [["orders_retry_10000", "orders_retry_20000"]],
  ])("of Spring and SmallRye: %j", (retries) => {
    expect(found("orders", "orders-dlt", ...retries.toReversed())[0]?.retryTopics).toEqual(retries);
  });
  test("of another topic are not taken", () => {
    expect(found("orders", "orders-dlt", "invoices", "invoices-retry-0")[0]?.retryTopics).toEqual([]);
  });
});

test("several dead-letter topics of one source are as many chains, in the order of their names", () => {
  expect(found("orders-dlt", "orders", "orders.dlq").map(({ topic }) => topic)).toEqual([
    "orders-dlt",
    "orders.dlq",
  ]);
});

test("patterns of one's own stand in place of the usual ones", () => {
  const chains = chainsOf(["orders", "orders.dlt", "parked+orders"], { patterns: ["parked+*"] });
  expect(chains).toEqual([{ topic: "parked+orders", sources: [], retryTopics: [] }]);
});

test("a topic that was found otherwise takes its sources from headers, or else from its name", () => {
  const names = ["orders", "invoices", "orders-retry-0", "broken"];
  expect(chainOf("broken", names, ["orders", "invoices"])).toEqual({
    topic: "broken",
    sources: ["invoices", "orders"],
    retryTopics: ["orders-retry-0"],
  });
  expect(chainOf("orders-dlt", names).sources).toEqual(["orders"]);
});

test("ten thousand topics take no time", () => {
  const names = Array.from(
    { length: 10_000 },
    (_, at) => `shop.topic${at % 5_000}.x${at < 5_000 ? "" : ".dlt"}`,
  );
  const startedAt = performance.now();
  expect(chainsOf(names)).toHaveLength(5_000);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});
