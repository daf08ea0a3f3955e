import { describe, expect, it } from "vitest";

import { sagaFindings } from "#components/clusters/saga-findings.ts";

const stuck = (type: string, count: number, atLeast = false) =>
  ({ type, state: "stuck", count, atLeast }) as const;

describe("the findings of stuck sagas", () => {
  it("name the types, the most first, sources added up", () => {
    const items = [stuck("order", 2), stuck("refund", 1), stuck("order", 130)];
    expect(sagaFindings(items)).toEqual([
      { tone: "warning", feature: "sagas", subject: "order", sentence: "132 sagas of order are stuck." },
      { tone: "warning", feature: "sagas", subject: "refund", sentence: "1 saga of refund is stuck." },
    ]);
  });

  it("say where counting stopped", () => {
    expect(sagaFindings([stuck("order", 10_000, true)])[0]?.sentence).toBe(
      "10,000+ sagas of order are stuck.",
    );
  });

  it("are none where nothing is stuck, whatever else is under way", () => {
    expect(sagaFindings([stuck("order", 0), { ...stuck("order", 7), state: "running" }])).toEqual([]);
  });
});
