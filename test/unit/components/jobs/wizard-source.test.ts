import { describe, expect, test } from "vitest";
import { draftFor, sourceOf, type SourceAddress } from "#components/jobs/wizard-source.ts";
import { edgeDraft, edgeOf } from "#components/jobs/range-draft.ts";
import { redriveHref, redriveIdsHref, replayHref, republishHref } from "#lib/client/new-job-href.ts";

const none: SourceAddress = {
  ...{ of: null, ids: [], kept: null, cause: null, state: null, topic: null, group: null, q: null },
  ...{ from: null, to: null, partitions: null, purpose: null },
};
const ID = "0191d3a0-0000-7000-8000-000000000001";
const nothingKept = () => null;

describe("what an address asks to copy", () => {
  test.each<[Partial<SourceAddress>, unknown]>([
    [
      { of: "dead-letters", ids: [ID] },
      { kind: "ids", ids: [ID] },
    ],
    [
      { of: "dead-letters", cause: ID, state: "open", from: "1700000000000", to: "x" },
      { kind: "filter", filter: { cause: ID, state: "open", from: 1_700_000_000_000 } },
    ],
    [{ of: "dead-letters", kept: "k" }, { kind: "lost" }],
    [{ of: "records", topic: "t" }, { kind: "ranges" }],
    [{}, { kind: "ranges" }],
  ])("%o", (address, source) => {
    expect(sourceOf({ ...none, ...address }, nothingKept)).toEqual(source);
  });
  test("ids that are kept in this tab", () => {
    expect(sourceOf({ ...none, of: "dead-letters", kept: "k" }, () => [ID])).toEqual({
      kind: "ids",
      ids: [ID],
    });
  });
});

test("the form opens with the range that the address names", () => {
  const draft = draftFor({
    ...none,
    ...{ of: "records", topic: "a,b", partitions: "3", from: "offset:12", to: "offset:13" },
  });
  expect(draft).toMatchObject({
    ...{ topics: ["a", "b"], partitions: "3", target: "topic", canary: false },
    from: { kind: "offset", value: "12" },
    to: { kind: "offset", value: "13" },
  });
});

test("a time of an address is the same instant after it went through the field", () => {
  const at = "2026-11-22T10:00:05.000Z";
  expect(edgeOf(edgeDraft(`at:${at}`, "start"))).toEqual({ edge: { kind: "time", at: Date.parse(at) } });
  expect(edgeDraft("newest", "start")).toEqual({ kind: "start", value: "" });
  expect(edgeDraft("at:never", "end")).toEqual({ kind: "end", value: "" });
});

test("links to the form carry what is meant and leave out what is not", () => {
  expect(redriveHref("demo", { cause: ID, state: "open", q: "" })).toBe(
    `/clusters/demo/jobs/new?of=dead-letters&cause=${ID}&state=open`,
  );
  expect(redriveIdsHref("demo", [ID])).toBe(`/clusters/demo/jobs/new?of=dead-letters&ids=${ID}`);
  expect(republishHref("demo", { topic: "t", partitions: "0" })).toBe(
    "/clusters/demo/jobs/new?of=records&topic=t&partitions=0",
  );
});

describe("a replay", () => {
  test("from the page of a group opens with the group and its topics", () => {
    const href = replayHref("demo", { group: "a/b c%d", topics: ["t.one", "t.two"] });
    const asked = new URL(href, "http://localhost").searchParams;
    expect(Object.fromEntries(asked)).toEqual({
      ...{ of: "records", purpose: "replay", group: "a/b c%d", topic: "t.one,t.two" },
    });
    expect(
      draftFor({
        ...none,
        ...{ of: "records", purpose: "replay", group: asked.get("group"), topic: asked.get("topic") },
      }),
    ).toMatchObject({ purpose: "replay", target: "group", group: "a/b c%d", topics: ["t.one", "t.two"] });
  });
  test("of no group opens with a shadow, which nobody reads by itself", () => {
    expect(draftFor({ ...none, of: "records", purpose: "replay", topic: "t" })).toMatchObject({
      ...{ purpose: "replay", target: "shadow" },
    });
  });
});
