import { describe, expect, it } from "vitest";

import { replayTopicHref } from "#lib/client/new-job-href.ts";

describe("the way to a replay of a topic", () => {
  const at = Date.UTC(2026, 10, 22, 10);
  it.each([
    [{}, {}],
    [{ fromAt: at }, { from: "at:2026-11-22T10:00:00.000Z" }],
    [
      { fromAt: at, toAt: at + 60_000 },
      { from: "at:2026-11-22T10:00:00.000Z", to: "at:2026-11-22T10:01:00.000Z" },
    ],
  ])("%o", (span, edges) => {
    const [path, query] = replayTopicHref("demo", { topic: "order.order.created", ...span }).split("?");
    expect(path).toBe("/clusters/demo/jobs/new");
    expect(Object.fromEntries(new URLSearchParams(query))).toEqual({
      ...{ of: "records", purpose: "replay", topic: "order.order.created" },
      ...edges,
    });
  });
});
