import { describe, expect, test } from "vitest";
import { causeKeyOf } from "#lib/domain/dead-letters/cause-of.ts";
import { readEnvelope } from "#lib/domain/dead-letters/dialects/registry.ts";
import { chainsOf } from "#lib/domain/dead-letters/find-topics.ts";
import { plain, readFixtures, recordOf } from "./fixtures.ts";

const captured = readFixtures("captured");
const letters = captured.flatMap((fixture) => fixture.records.map((record) => [fixture, record] as const));
const cases = letters.map(([fixture, record]) => [fixture.dialect, record.name, record] as const);

test("dead letters of frameworks that really ran are there, with their versions", () => {
  expect([...new Set(captured.map(({ dialect }) => dialect))].sort()).toEqual([
    ...["kafka-connect", "kafka-streams", "spring-blocking", "spring-cloud-stream", "spring-retryable"],
  ]);
  for (const { versions } of captured) expect(Object.values(versions ?? {})).not.toEqual([]);
});

describe("origin, attempts, cause and group", () => {
  test.each(cases)("of %s: %s", (dialect, _, record) => {
    expect(plain(readEnvelope(recordOf(record)))).toMatchObject({ ...record.expected, dialect });
  });
});

describe("the first own frame", () => {
  test.each(cases)("of %s: %s", (_dialect, _name, record) => {
    expect(causeKeyOf(readEnvelope(recordOf(record))).frame).toBe(record.frame);
  });
});

test("the dead letters of two records that differ in their amounts are of one cause", () => {
  const [, record] = letters.find(([{ dialect }]) => dialect === "spring-retryable")!;
  const other = structuredClone(record);
  for (const header of other.headers) {
    const text = Buffer.from(header.value ?? "", "base64").toString();
    if (header.name.startsWith("kafka_exception"))
      header.value = Buffer.from(text.replaceAll("Invoice 6", "Invoice 4711")).toString("base64");
  }
  expect(other).not.toEqual(record);
  expect(causeKeyOf(readEnvelope(recordOf(other)))).toEqual(causeKeyOf(readEnvelope(recordOf(record))));
});

test("their topics make the chains that they were", () => {
  const names = [
    ...[
      "spring.retryable",
      "spring.retryable-retry-500",
      "spring.retryable-retry-1000",
      "spring.retryable-dlt",
    ],
    ...["spring.blocking", "spring.blocking-dlt", "spring.blocking-dlt-dlt", "connect.dlq", "connect"],
  ];
  expect(chainsOf(names)).toEqual([
    { topic: "connect.dlq", sources: ["connect"], retryTopics: [] },
    { topic: "spring.blocking-dlt", sources: ["spring.blocking"], retryTopics: [] },
    { topic: "spring.blocking-dlt-dlt", sources: ["spring.blocking-dlt"], retryTopics: [] },
    {
      topic: "spring.retryable-dlt",
      sources: ["spring.retryable"],
      retryTopics: ["spring.retryable-retry-500", "spring.retryable-retry-1000"],
    },
  ]);
});
