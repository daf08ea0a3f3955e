import { describe, expect, test } from "vitest";
import { newDraft, type Faults, type JobDraft } from "#components/jobs/job-draft.ts";
import { requestOf, type Surroundings } from "#components/jobs/job-request.ts";
import { toWire } from "#lib/client/call.ts";
import { planJob } from "#lib/contracts/jobs.ts";

const IDS = ["0191d3a0-0000-7000-8000-000000000001"];
const redrive: Surroundings = {
  chosen: { kind: "dead-letters", selection: { kind: "ids", ids: IDS } },
  failingGroup: "payments",
  defaultName: "Redrive 1 dead letter of payments",
};
const ranges: Surroundings = { chosen: { kind: "ranges" }, failingGroup: null, defaultName: "Copy t" };

const bodyOf = (change: Partial<JobDraft> = {}, around = redrive) => {
  const made = requestOf({ ...newDraft("dead-letters"), ...change }, around);
  if ("faults" in made) throw new Error(JSON.stringify(made.faults));
  return made.body;
};

describe("what was written becomes the request of a plan", () => {
  test("a redrive goes to the failing group's own way in, as a canary, byte for byte, unless it is changed", () => {
    expect(bodyOf()).toEqual({
      kind: "redrive",
      name: "Redrive 1 dead letter of payments",
      description: "",
      source: { kind: "dead-letters", selection: { kind: "ids", ids: IDS } },
      transform: { headers: { set: [], drop: [] }, value: { kind: "none" }, newEventId: false },
      target: { kind: "way-in", group: "payments" },
      pace: { recordsPerSecond: 50, canary: true, window: null, stopAtReturnedPercent: 10 },
      stale: "hold",
      times: "new",
      processed: "send",
    });
  });

  test("a frozen filter keeps its last row and its count on the wire", () => {
    const selection = {
      kind: "filter" as const,
      filter: { cause: IDS[0]!, state: "open" as const },
      frozen: { upTo: 9_007_199_254_740_993n, count: 12 },
    };
    const body = bodyOf({}, { ...redrive, chosen: { kind: "dead-letters", selection } });
    const wire = toWire(planJob, { params: { cluster: "demo" }, body });
    expect(JSON.parse(JSON.stringify(wire.body))).toMatchObject({
      source: { selection: { frozen: { upTo: "9007199254740993", count: 12 } } },
    });
    expect(planJob.body.safeParse(wire.body).success).toBe(true);
  });

  test("ranges, keys, times, a window over midnight and a group that was typed", () => {
    const body = bodyOf(
      {
        ...{ topics: ["a", "b"], partitions: "0, 2-3", purpose: "replay", times: "kept", name: " n " },
        from: { kind: "offset", value: "12" },
        to: { kind: "time", value: "2026-11-22T10:00:00Z" },
        ...{ keys: "k1\n\nk2\nk1 ", eventTypes: "t", target: "way-in", group: "audit", rate: "" },
        ...{ windowed: true, windowFrom: "22:00", windowTo: "06:30", canary: false, stopPercent: "0" },
      },
      ranges,
    );
    expect(body).toMatchObject({
      kind: "replay",
      name: "n",
      source: {
        kind: "ranges",
        topics: [
          { topic: "a", partitions: [0, 2, 3] },
          { topic: "b", partitions: [0, 2, 3] },
        ],
        from: { kind: "offset", offset: 12n },
        to: { kind: "time", at: Date.UTC(2026, 10, 22, 10) },
        keys: ["k1", "k2"],
        eventTypes: ["t"],
      },
      target: { kind: "way-in", group: "audit" },
      pace: {
        recordsPerSecond: null,
        canary: false,
        window: { fromMinute: 1_320, toMinute: 390 },
        stopAtReturnedPercent: 0,
      },
      times: "kept",
    });
    expect(planJob.body.safeParse(toWire(planJob, { params: { cluster: "c" }, body }).body).success).toBe(
      true,
    );
  });

  test("headers that are set and dropped, and a patch", () => {
    const { transform } = bodyOf({
      setHeaders: [
        { name: " source ", value: "repair" },
        { name: "", value: "" },
      ],
      dropHeaders: "x-old\n\nx-old",
      value: "patch",
      patch: '[{"op":"replace","path":"/currency","value":"EUR"},{"op":"move","from":"/a","path":"/b"}]',
      newEventId: true,
    });
    expect(transform).toEqual({
      headers: { set: [{ name: "source", value: "repair" }], drop: ["x-old"] },
      value: {
        kind: "patch",
        operations: [
          { op: "replace", path: "/currency", value: "EUR" },
          { op: "move", from: "/a", path: "/b" },
        ],
      },
      newEventId: true,
    });
  });

  test.each<[Partial<JobDraft>, keyof Faults, RegExp]>([
    [{ value: "patch", patch: "" }, "patch", /Write the operations/],
    [{ value: "patch", patch: "[{]" }, "patch", /It is not JSON/],
    [{ value: "patch", patch: "{}" }, "patch", /list of operations/],
    [{ value: "patch", patch: "[]" }, "patch", /one operation at least/],
    [
      {
        value: "patch",
        patch: '[{"op":"remove","path":"/a"},{"op":"replace","path":"b","value":1}]',
      },
      "patch",
      /Operation 2: A path/,
    ],
    [{ value: "patch", patch: '[{"op":"swap","path":"/b"}]' }, "patch", /Operation 1: op is one of/],
    [{ value: "patch", patch: '[{"op":"add","path":"/b"}]' }, "patch", /Operation 1: This operation needs/],
    [{ value: "script", script: " " }, "script", /function body/],
    [{ setHeaders: [{ name: "", value: "v" }] }, "headers", /has a name/],
    [{ target: "topic" }, "topic", /Choose the topic/],
    [{ group: "" }, "group", /Name the group/],
    [{ rate: "0" }, "rate", /from 1/],
    [{ rate: "fast" }, "rate", /from 1/],
    [{ stopPercent: "101" }, "stopPercent", /0 to 100/],
    [{ stopPercent: "" }, "stopPercent", /0 to 100/],
    [{ windowed: true, windowFrom: "06:00", windowTo: "06:00" }, "window", /different/],
    [{ windowed: true, windowFrom: "" }, "window", /different/],
  ])("%o is a fault", (change, field, sentence) => {
    const made = requestOf({ ...newDraft("dead-letters"), ...change }, redrive);
    expect("faults" in made && made.faults[field]).toMatch(sentence);
  });

  test("faults of a range are told at their fields, all at once", () => {
    const made = requestOf(
      {
        ...newDraft("records"),
        partitions: "7-5",
        from: { kind: "offset", value: "-1" },
        to: { kind: "time", value: "" },
      },
      ranges,
    );
    expect("faults" in made && Object.keys(made.faults).toSorted()).toEqual([
      ...["from", "partitions", "to", "topic", "topics"],
    ]);
  });
});

describe("history to a group or a shadow", () => {
  const replay: Partial<JobDraft> = { purpose: "replay", topics: ["t"], target: "group", group: "payments" };
  const made = (change: Partial<JobDraft> = {}) =>
    requestOf({ ...newDraft("records"), ...replay, ...change }, ranges);

  test("to a group it has no brake, no canary and no times of its own, whatever stands in hidden fields", () => {
    expect(made({ rate: "fast", canary: true, times: "kept" })).toMatchObject({
      body: {
        ...{ kind: "replay", times: "new", target: { kind: "group", group: "payments" } },
        pace: { recordsPerSecond: null, canary: false, window: null },
      },
    });
  });
  test.each<[Partial<JobDraft>, keyof Faults, RegExp]>([
    [{ keys: "k1", eventTypes: "t" }, "target", /asks for keys, event types: take that back/],
    [{ to: { kind: "time", value: "2026-11-22T10:00:00Z" } }, "target", /asks for an end/],
    [{ value: "script", script: "return record;" }, "target", /asks for a change on the way/],
    [{ newEventId: true }, "target", /a change on the way/],
    [{ group: "" }, "group", /Name the group/],
    [{ target: "shadow", shadow: "Trial 1" }, "shadow", /small letters/],
    [{ target: "shadow", shadow: "" }, "shadow", /1 to 32/],
  ])("%o is a fault", (change, field, sentence) => {
    const asked = made(change);
    expect("faults" in asked && asked.faults[field]).toMatch(sentence);
  });
  test("to a shadow keys, times and a brake stand", () => {
    const asked = made({ target: "shadow", shadow: "trial-1", keys: "k1", times: "kept", rate: "100" });
    expect(asked).toMatchObject({
      body: {
        ...{ target: { kind: "shadow", name: "trial-1" }, times: "kept" },
        ...{ pace: { recordsPerSecond: 100 }, source: { keys: ["k1"] } },
      },
    });
  });
});
