import { describe, expect, test } from "vitest";
import { DatabaseUnreachableError, watchDatabase } from "#lib/adapters/db/database-unreachable.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import { AppError } from "#lib/services/app-error.ts";

const withCode = (code: string): Error => Object.assign(new Error("x"), { code });
const reached: [string, unknown][] = [
  [
    "an error of SQL",
    Object.assign(new Error("Raw query failed"), { code: "P2010", meta: { code: "42P01" } }),
  ],
  ["a duplicate key", withCode("P2002")],
  ["an error of our own", new AppError("group_unknown", "No such group.")],
  ["something that is no error", "ECONNREFUSED"],
];
const away: [string, unknown][] = [
  ["a refused connection", withCode("ECONNREFUSED")],
  ["a server that shuts down", { meta: { driverAdapterError: { cause: { originalCode: "57P01" } } } }],
  ["Prisma's word for a closed connection", withCode("P1017")],
  [
    "the adapter's word, deep in the causes",
    new Error("x", { cause: new Error("y", { cause: { kind: "DatabaseNotReachable" } }) }),
  ],
  ["no connection from the pool in time", new Error("timeout exceeded when trying to connect")],
  ["a frozen server", new Error("Query read timeout")],
  ["one of several addresses", new AggregateError([withCode("ECONNREFUSED")])],
];

describe("watchDatabase", () => {
  test.each(away)("says since when: %s", async (_, thrown) => {
    let now = 5_000;
    const watch = watchDatabase(() => now);
    const failing = () => watch.watch(() => Promise.reject(thrown as Error));
    await expect(failing()).rejects.toMatchObject({ name: "DatabaseUnreachableError", sinceAt: 5_000 });
    now = 9_000;
    await expect(failing()).rejects.toMatchObject({ sinceAt: 5_000 });
    expect(watch.unreachableSinceAt).toBe(5_000);
    await watch.watch(() => Promise.resolve("answer"));
    expect(watch.unreachableSinceAt).toBeNull();
  });
  test.each(reached)("leaves as it is: %s", async (_, thrown) => {
    const watch = watchDatabase(() => 0);
    await expect(watch.watch(() => Promise.reject(thrown as Error))).rejects.toBe(thrown);
    expect(watch.unreachableSinceAt).toBeNull();
  });
});

test.each([
  ["DatabaseUnreachableError", DatabaseUnreachableError],
  ["KafkaError", KafkaError],
  ["AppError", AppError],
] as const)("%s is told from another copy of its module", (name, ours) => {
  class Copy extends Error {
    override readonly name = name;
  }
  expect(new Copy() instanceof ours).toBe(true);
  expect(new Error("x") instanceof ours).toBe(false);
  expect({ name } instanceof ours).toBe(false);
});
