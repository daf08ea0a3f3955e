import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DIALECTS } from "#lib/domain/dead-letters/dead-letter.ts";
import { readEnvelope, tellsDeadLetter } from "#lib/domain/dead-letters/dialects/registry.ts";
import { plain, readFixtures, recordOf } from "./fixtures.ts";

const fixtures = readFixtures();
const cases = fixtures.flatMap((fixture) =>
  fixture.records.map((record) => [fixture.dialect, record.name, fixture, record] as const),
);

test("every dialect has a fixture that names its source", () => {
  expect(fixtures.map(({ dialect }) => dialect).sort()).toEqual([...DIALECTS].sort());
  expect(fixtures.filter(({ source }) => source.length < 20)).toEqual([]);
});

describe("what a dialect reads", () => {
  test.each(cases)("%s: %s", (dialect, _, fixture, record) => {
    const envelope = readEnvelope(recordOf(record), fixture.options);
    expect(plain(envelope)).toMatchObject({ ...record.expected, dialect });
    expect(envelope.failures).toEqual(record.expected.failures ?? []);
  });
});

describe("what is no dead letter", () => {
  const told = cases.filter(([dialect]) => dialect !== "unknown");
  test.each(told)("%s: %s is one", (_dialect, _name, fixture, record) => {
    expect(tellsDeadLetter(recordOf(record), fixture.options)).toBe(true);
  });
  test.each(cases.filter(([dialect]) => dialect === "unknown"))("%s: %s is none", (_d, _n, _f, record) => {
    expect(tellsDeadLetter(recordOf(record))).toBe(false);
  });
});

describe("a record that carries the headers of two", () => {
  const headersOf = (dialect: string) =>
    recordOf(fixtures.find((fixture) => fixture.dialect === dialect)!.records[0]!).headers;
  test.each([
    ["spring-blocking", "kit", "kit"],
    ["spring-blocking", "spring-retryable", "spring-retryable"],
    ["karafka", "kafka-connect", "kafka-connect"],
    ["smallrye", "kafka-streams", "kafka-streams"],
  ] as const)("%s and then %s is read as %s", (before, after, dialect) => {
    const headers = [...headersOf(before), ...headersOf(after)];
    expect(readEnvelope({ topic: "t", key: null, value: null, at: null, headers }).dialect).toBe(dialect);
  });
});

describe("bytes of any kind", () => {
  const names = [...new Set(cases.flatMap(([, , , { headers }]) => headers.map(({ name }) => name)))];
  const value = fc.option(
    fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.string().map((text) => Buffer.from(text)),
      fc
        .constantFrom("-1", "9".repeat(40), " ", "\0", "NaN", "2025-99-99T00:00")
        .map((text) => Buffer.from(text)),
      fc
        .constantFrom(...cases.flatMap(([, , , { headers }]) => headers))
        .map((header) => Buffer.from(header.value ?? "", "base64")),
    ),
  );
  const headers = fc.array(fc.record({ name: fc.constantFrom(...names), value }), { maxLength: 25 });
  const options = fixtures.find(({ dialect }) => dialect === "generic")!.options;

  test("never throw, and never make a number that is none", () => {
    fc.assert(
      fc.property(headers, fc.option(fc.uint8Array()), fc.boolean(), (list, body, generic) => {
        const record = { topic: "t", key: null, value: body, at: 1, headers: list };
        const read = readEnvelope(record, generic ? options : {});
        for (const place of [read.origin, read.from]) {
          expect(
            place.partition === null || (Number.isInteger(place.partition) && place.partition >= 0),
          ).toBe(true);
          expect(place.offset === null || place.offset >= 0n).toBe(true);
          expect(place.at === null || Number.isFinite(new Date(place.at).getTime())).toBe(true);
        }
        expect(read.hops).toBeGreaterThanOrEqual(1);
        expect(read.attempts === null || Number.isInteger(read.attempts)).toBe(true);
        expect(JSON.stringify(plain(read))).not.toContain("\\u0000");
      }),
      { numRuns: 2_000 },
    );
  });

  test("a megabyte in a header is cut, and no name", () => {
    const megabyte = Buffer.alloc(1_000_000, "ä");
    const list = ["dlt-from", "dlt-group", "dlt-message", "dlt-topic"].map((name) => ({
      name,
      value: megabyte,
    }));
    const read = readEnvelope({ topic: "t", key: null, value: null, at: null, headers: list });
    expect([read.dialect, read.group, read.origin.topic, read.message?.length]).toEqual([
      "kit",
      null,
      null,
      32_768,
    ]);
    expect(read.failures.map(({ name }) => name).sort()).toEqual(["dlt-from", "dlt-group", "dlt-topic"]);
  });
});
