import { describe, expect, test } from "vitest";
import { DatabaseUnreachableError } from "#lib/adapters/db/database-unreachable.ts";
import { ERROR_CODES } from "#lib/contracts/error-codes.ts";
import { describeError } from "#lib/http/describe-error.ts";
import { appErrorOf, problemResponse, statusOf } from "#lib/http/problem.ts";
import { AppError } from "#lib/services/app-error.ts";

const ID = "0190c1d2-0000-7000-8000-000000000000";

describe("problemResponse", () => {
  test.each(ERROR_CODES)("%s has a status of an error and a title", async (code) => {
    const response = problemResponse(new AppError(code, "A sentence."), ID);
    expect(response.status).toBe(statusOf(code));
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(response.headers.get("x-request-id")).toBe(ID);
    expect(await response.json()).toMatchObject({
      type: `urn:sluice:problem:${code}`,
      title: expect.stringMatching(/\w/) as string,
      status: response.status,
      detail: "A sentence.",
      code,
      requestId: ID,
    });
  });

  test("401 says how to authenticate, 503 and a throttle when to come back", () => {
    const headersOf = (error: AppError) => problemResponse(error, ID).headers;
    expect(headersOf(new AppError("session_missing", "")).get("www-authenticate")).toBe("Bearer");
    expect(headersOf(new AppError("database_unreachable", "")).get("retry-after")).toBe("5");
    const throttled = new AppError("sign_in_throttled", "", { details: { retryAfterSeconds: 30 } });
    expect(headersOf(throttled).get("retry-after")).toBe("30");
  });
});

describe("appErrorOf", () => {
  test("what nobody threw on purpose says nothing of its cause", async () => {
    const error = appErrorOf(new Error("password=hunter2 at postgres://user:pw@host/db"));
    expect(error.code).toBe("internal_error");
    expect(await problemResponse(error, ID).text()).not.toMatch(/hunter2|postgres/);
  });

  test("a database that does not answer tells since when", () => {
    const error = appErrorOf(
      new DatabaseUnreachableError(Date.UTC(2026, 10, 22, 10, 42), new Error("ECONNREFUSED")),
    );
    expect(error).toMatchObject({
      code: "database_unreachable",
      details: { since: "2026-11-22T10:42:00.000Z" },
    });
  });

  test.each([
    ["a missing table", { code: "P2021" }],
    ["a missing column in a raw query", { code: "P2010", meta: { code: "42703" } }],
  ])("%s is schema_behind", (_, fields) => {
    expect(appErrorOf(Object.assign(new Error("no"), fields)).code).toBe("schema_behind");
  });

  test.each([undefined, null, "text", 7])("a thrown %s is internal_error", (thrown) => {
    expect(appErrorOf(thrown).code).toBe("internal_error");
  });
});

describe("describeError", () => {
  test("leaves out Prisma's messages, which quote arguments, and keeps its codes", () => {
    const error = Object.assign(new Error("Argument passwordHash: scrypt$secret"), { code: "P2000" });
    error.name = "PrismaClientKnownRequestError";
    const text = JSON.stringify(describeError(new Error("outer", { cause: error })));
    expect(text).toContain("P2000");
    expect(text).toContain("outer");
    expect(text).not.toContain("scrypt$secret");
  });

  test("ends on a cause that is its own", () => {
    const error = new Error("round");
    error.cause = error;
    expect(() => JSON.stringify(describeError(error))).not.toThrow();
  });
});
