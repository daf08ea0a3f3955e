import { describe, expect, it } from "vitest";
import { SHOP_EVENTS } from "#demo/events.ts";
import { SHOP_GROUPS } from "#demo/groups.ts";
import { loginOf } from "#demo/parts.ts";
import { SCENARIOS } from "#demo/scenarios/registry.ts";
import { SCENARIO_NAMES } from "#demo/scenarios/scenario.ts";
import { switchScenario, UnknownScenarioError } from "#demo/scenarios/switch-scenario.ts";

describe("the scenarios", () => {
  it("stand in the registry under their own names", () => {
    expect(Object.keys(SCENARIOS)).toEqual([...SCENARIO_NAMES]);
    expect(Object.values(SCENARIOS).map(({ name }) => name)).toEqual([...SCENARIO_NAMES]);
  });

  it("that do something to the surroundings also put it right", () => {
    for (const scenario of Object.values(SCENARIOS)) expect("end" in scenario).toBe("begin" in scenario);
  });

  it("refuses an unknown name before it touches the database", async () => {
    const nowhere = { databaseUrl: "postgresql://127.0.0.1:1/none", signal: AbortSignal.abort() };
    await expect(switchScenario("hurricane", nowhere)).rejects.toThrow(UnknownScenarioError);
  });
});

describe("the groups", () => {
  it("are at least three on the hot topic", () => {
    const readers = Object.entries(SHOP_GROUPS).filter(([, events]) =>
      events.some(({ topic }) => topic === "order.order.created"),
    );
    expect(readers.map(([group]) => group)).toEqual(["orders-projection", "payments", "notifications"]);
  });

  it("read every event but the deliveries", () => {
    const read = new Set(Object.values(SHOP_GROUPS).flatMap((events) => events.map(({ topic }) => topic)));
    const unread = SHOP_EVENTS.map(({ topic }) => topic).filter((topic) => !read.has(topic as never));
    expect(unread).toEqual(["inventory.stock.restocked"]);
  });
});

describe("loginOf", () => {
  it("keeps two shops on one server apart", () => {
    expect(loginOf("payments", "demo")).toBe("shop_payments_demo");
    expect(loginOf("payments", "other")).not.toBe(loginOf("payments", "demo"));
  });

  it("fits PostgreSQL's limit and stays unique for long names", () => {
    const long = "d".repeat(60);
    expect(loginOf("notifications", `${long}a`).length).toBeLessThanOrEqual(63);
    expect(loginOf("notifications", `${long}a`)).not.toBe(loginOf("notifications", `${long}b`));
  });
});
