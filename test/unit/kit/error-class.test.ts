import { describe, expect, it } from "vitest";
import {
  classifyError,
  FatalError,
  PayloadError,
  RetryableError,
  UnavailableError,
  type ErrorClass,
} from "#kit/error-class.ts";

const coded = (code: string): Error => Object.assign(new Error("x"), { code });

describe("classifyError", () => {
  it.each<[string, unknown, ErrorClass]>([
    ["a FatalError", new FatalError("x"), "fatal"],
    ["a refused payload", new PayloadError("x"), "fatal"],
    ["a FatalError that wraps an outage", new FatalError("x", { cause: coded("ECONNREFUSED") }), "fatal"],
    [
      "a RetryableError that wraps an outage",
      new RetryableError("x", { cause: coded("57P01") }),
      "retryable",
    ],
    ["an UnavailableError", new UnavailableError("x"), "unavailable"],
    [
      "an error caused by an UnavailableError",
      new Error("x", { cause: new UnavailableError("y") }),
      "unavailable",
    ],
    ["a refused connection", coded("ECONNREFUSED"), "unavailable"],
    [
      "several refused addresses",
      new AggregateError([coded("ECONNREFUSED"), coded("ECONNREFUSED")]),
      "unavailable",
    ],
    ["PostgreSQL shutting down", coded("57P01"), "unavailable"],
    ["PostgreSQL starting", coded("57P03"), "unavailable"],
    ["a lost connection", coded("08006"), "unavailable"],
    ["too many connections", coded("53300"), "unavailable"],
    ["pg without a code", new Error("Connection terminated unexpectedly"), "unavailable"],
    ["a refused login", coded("28P01"), "retryable"],
    ["a unique violation", coded("23505"), "retryable"],
    ["a cancelled query", coded("57014"), "retryable"],
    ["any other error", new Error("x"), "retryable"],
    ["something that is no error", "boom", "retryable"],
  ])("calls %s what it is", (_what, error, expected) => {
    expect(classifyError(error)).toBe(expected);
  });

  it("ends on an error that causes itself", () => {
    const error = new Error("x");
    error.cause = error;
    expect(classifyError(error)).toBe("retryable");
  });
});
