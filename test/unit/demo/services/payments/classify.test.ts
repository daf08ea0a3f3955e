import { describe, expect, it } from "vitest";
import { FatalError } from "#kit/error-class.ts";
import { BrokenOrderError } from "#demo/rules.ts";
import { classifyPaymentError } from "#demo/services/payments/classify.ts";

const withCode = (code: string): Error => Object.assign(new Error("from the database"), { code });

describe("classifyPaymentError", () => {
  const cases: [sentence: string, error: unknown, expected: string][] = [
    ["a login taken away is retryable, on purpose", withCode("28000"), "retryable"],
    ["an ended session is retryable, on purpose", withCode("57P01"), "retryable"],
    ["a database that is down is waited for", withCode("ECONNREFUSED"), "unavailable"],
    ["a broken rule is tried three times", new BrokenOrderError("No line"), "retryable"],
    ["a fatal error stays fatal", new FatalError("No"), "fatal"],
    ["what is no error at all is retryable", "text", "retryable"],
  ];

  it.each(cases)("%s", (_sentence, error, expected) => {
    expect(classifyPaymentError(error)).toBe(expected);
  });
});
