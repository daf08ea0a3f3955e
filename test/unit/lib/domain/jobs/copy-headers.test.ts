import { describe, expect, test } from "vitest";
import type { DialectId } from "#lib/domain/dead-letters/dead-letter.ts";
import {
  headerOf,
  headerText,
  nextHop,
  withChanges,
  withLineage,
  withoutFailure,
  type HeaderBytes,
} from "#lib/domain/jobs/copy-headers.ts";

const text = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString("latin1");
const pairs = (headers: readonly HeaderBytes[]) =>
  headers.map(({ name, value }) => [text(name), text(value)]);
const of = (...given: [string, string][]): HeaderBytes[] =>
  given.map(([name, value]) => headerOf(name, value));

/** What each dialect writes, and what of it a copy keeps. */
const STRIPPED: Record<Exclude<DialectId, "unknown" | "generic">, { gone: string[]; kept: string[] }> = {
  kit: {
    gone: ["dlt-from", "dlt-group", "dlt-stack", "dlt-lost-headers", "dlt-pointer", "retry-attempt"],
    kept: ["dlt-topic", "dlt-partition", "dlt-offset", "dlt-timestamp", "event-id"],
  },
  "spring-blocking": {
    gone: ["kafka_dlt-original-topic", "kafka_dlt-exception-message", "kafka_deliveryAttempt"],
    kept: ["__TypeId__", "kafka_correlationId"],
  },
  "spring-retryable": {
    gone: [
      "kafka_original-topic",
      "kafka_exception-fqcn",
      "kafka_key-exception-fqcn",
      "retry_topic-attempts",
    ],
    kept: ["__TypeId__"],
  },
  "spring-cloud-stream": { gone: ["x-original-topic", "x-exception-stacktrace"], kept: ["x-tenant"] },
  "kafka-connect": { gone: ["__connect.errors.topic"], kept: ["__connect"] },
  "kafka-streams": { gone: ["__streams.errors.exception"], kept: ["streams"] },
  smallrye: { gone: ["dead-letter-topic", "delayed-retry-count"], kept: ["dead"] },
  karafka: { gone: ["source_topic", "original_offset", "source_trace_id"], kept: ["source"] },
  watermill: { gone: ["reason_poisoned", "topic_poisoned"], kept: ["poisoned"] },
  wolverine: { gone: ["exception-type", "failed-at", "attempts", "original-offset"], kept: ["message-type"] },
  "confluent-rules": { gone: ["__rule.name"], kept: ["rule"] },
  "share-group": { gone: ["__dlq.errors.group"], kept: ["dlq"] },
};

describe("withoutFailure", () => {
  test.each(Object.entries(STRIPPED))("%s loses its failure and nothing else", (dialect, { gone, kept }) => {
    const headers = [...gone, ...kept].map((name) => headerOf(name, "v"));
    const left = withoutFailure(headers, dialect as DialectId);
    expect(left.map(({ name }) => text(name))).toEqual(kept);
  });
  test("Spring's attempts are left out of a dead letter of any dialect", () => {
    const headers = of(["retry_topic-attempts", "2"], ["dlt-from", "a:0:1"], ["a", "1"]);
    expect(pairs(withoutFailure(headers, "unknown"))).toEqual([
      ["dlt-from", "a:0:1"],
      ["a", "1"],
    ]);
  });
  test("a home-made convention loses the headers that it names", () => {
    const left = withoutFailure(of(["my-error", "e"], ["a", "1"]), "generic", new Set(["my-error"]));
    expect(pairs(left)).toEqual([["a", "1"]]);
  });
  test("order, repeats, nulls and names that are not UTF-8 stay", () => {
    const odd = { name: new Uint8Array([0xff, 0x64]), value: null };
    const headers = [...of(["b", "1"], ["a", "2"], ["b", "3"]), odd, ...of(["dlt-from", "x"])];
    expect(pairs(withoutFailure(headers, "kit"))).toEqual([
      ["b", "1"],
      ["a", "2"],
      ["b", "3"],
      ["\u00ffd", null],
    ]);
  });
});

describe("withChanges", () => {
  test("a name that is set stands where its first stood, and once", () => {
    const headers = of(["a", "1"], ["b", "2"], ["a", "3"]);
    const set = [
      { name: "a", value: "9" },
      { name: "c", value: "8" },
    ];
    expect(pairs(withChanges(headers, { set, drop: ["b"] }))).toEqual([
      ["a", "9"],
      ["c", "8"],
    ]);
  });
});

describe("lineage", () => {
  const origin = { place: "2b1d7a3e-0000-4000-8000-000000000001:0:7", at: 5 };
  const lineage = { job: "job-1", position: "12", hop: 1, origin };
  test("the headers of an earlier copy are replaced and its origin is kept", () => {
    const first = withLineage(of(["a", "1"]), lineage);
    const other = { place: "2b1d7a3e-0000-4000-8000-000000000002:1:9", at: 6 };
    const second = withLineage(first, { job: "job-2", position: "3", hop: 2, origin: other });
    expect(pairs(second)).toEqual([
      ["a", "1"],
      ["sluice-redrive-id", "job-2:3"],
      ["sluice-job", "job-2"],
      ["sluice-hop", "2"],
      ["sluice-origin", origin.place],
      ["sluice-origin-timestamp", "5"],
    ]);
  });
  test("a time that nobody knows is not told", () => {
    const made = withLineage([], { ...lineage, origin: { ...origin, at: null } });
    expect(headerText(made, "sluice-origin-timestamp")).toBeNull();
  });
  test.each([
    ["no header and nothing stored", [], 0, 1],
    ["the header where it is more", of(["sluice-hop", "3"]), 1, 4],
    ["what is stored where the header was lost", [], 2, 3],
    ["a header that is no number", of(["sluice-hop", "many"]), 0, 1],
  ] as const)("the hop counts %s", (_, headers, stored, hop) => {
    expect(nextHop(headers, stored)).toBe(hop);
  });
});
