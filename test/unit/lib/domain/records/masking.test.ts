import { describe, expect, it } from "vitest";
import {
  hideQuotes,
  hidesHeader,
  isErrorHeader,
  maskError,
  maskOfTopic,
  maskText,
  ruleFieldProblem,
} from "#lib/domain/records/masking.ts";

const maskedValue = (text: string, ...fields: string[]): string =>
  maskText(text, maskOfTopic([{ topics: ["t"], fields }], "t").value, { part: "value", json: true }).text;

describe("maskText", () => {
  it.each([
    ["a field", '{"a":1,"b":"x"}', ["value.a"], '{"a":"••••••","b":"x"}'],
    [
      "each of a list",
      '{"l":[{"n":1},{"n":2},{"m":3}]}',
      ["value.l[*].n"],
      '{"l":[{"n":"••••••"},{"n":"••••••"},{"m":3}]}',
    ],
    ["an index", '{"l":[1,2]}', ["value.l[1]"], '{"l":[1,"••••••"]}'],
    ["an object whole", '{"a":{"b":1}}', ["value.a"], '{"a":"••••••"}'],
    ["a name in quotes", '{"x y":1}', ['value["x y"]'], '{"x y":"••••••"}'],
    ["a list at the root", '[{"a":1}]', ["value[*].a"], '[{"a":"••••••"}]'],
    [
      "a name of Object's own",
      '{"__proto__":{"a":1}}',
      ["value.__proto__.a"],
      '{"__proto__":{"a":"••••••"}}',
    ],
    ["nothing that is not there", '{"b":1}', ["value.a.b"], '{"b":1}'],
    [
      "and keeps the digits of others",
      '{"a":1,"id":9007199254740993,"r":1.10}',
      ["value.a"],
      '{"a":"••••••","id":9007199254740993,"r":1.10}',
    ],
    [
      "and keeps 1.0e5, -0 and 123456789.123456789",
      '{"a":1,"l":[1.0e5,-0, 123456789.123456789]}',
      ["value.a"],
      '{"a":"••••••","l":[1.0e5,-0,123456789.123456789]}',
    ],
    ["a name that stands there twice", '{"a":1,"a":{}}', ["value.a.b"], '{"a":{}}'],
    ["a name written in escapes", '{"\\u0061":1}', ["value.a"], '{"a":"••••••"}'],
    ["everything", '{"a":1}', ["value"], "••••••"],
  ])("hides %s", (_, text, fields, expected) => {
    expect(maskedValue(text, ...fields)).toBe(expected);
  });

  it("hides what is not JSON whole", () => {
    const mask = maskOfTopic([{ topics: ["t"], fields: ["value.a"] }], "t").value;
    expect(maskText("a=4111", mask, { part: "value", json: false }).text).toBe("••••••");
    expect(maskText('{"a":4111', mask, { part: "value", json: true }).text).toBe("••••••");
  });

  it("rewrites long text where its numbers are plain, and hides it whole where they are not", () => {
    const mask = maskOfTopic([{ topics: ["t"], fields: ["value.a"] }], "t").value;
    const long = (number: string): string => `{"a":1,"n":${number},"pad":"${"x".repeat(2 * 1024 * 1024)}"}`;
    expect(maskText(long("2.5"), mask, { part: "value", json: true }).text).toBe(
      long("2.5").replace('"a":1', '"a":"••••••"'),
    );
    expect(maskText(long("2.50"), mask, { part: "value", json: true }).text).toBe("••••••");
  });

  it("knows what it hid, for quotes of it", () => {
    const mask = maskOfTopic([{ topics: ["t"], fields: ["value.card"] }], "t").value;
    const { hidden } = maskText('{"card":{"number":"4111222","pin":12,"id":9007199254740993}}', mask, {
      part: "value",
      json: true,
    });
    expect(hideQuotes("card 4111222 of 9007199254740993, 12 times", hidden)).toBe(
      "card •••••• of ••••••, 12 times",
    );
  });
});

describe("maskOfTopic", () => {
  it.each([
    ["orders", "orders", true],
    ["orders", "orders2", false],
    ["ord*", "orders.placed", true],
    ["*.placed", "orders.placed", true],
    ["orders.placed", "orders.placed.dlt", true],
    ["orders", "orders-dlt", true],
    ["orders", "orders.DLT", true],
    ["orders", "orders.retry.billing.1", true],
    ["orders", "orders-retry-1000", true],
    ["orders", "orders.redrive.billing", true],
    ["orders", "orders.placed", false],
    ["a.b", "axb", false],
  ])("the rule for %s covers %s: %s", (pattern, topic, expected) => {
    expect(maskOfTopic([{ topics: [pattern], fields: ["key"] }], topic).any).toBe(expected);
  });

  it("joins rules", () => {
    const mask = maskOfTopic(
      [
        { topics: ["*"], fields: ["value.a", "header.x-*"] },
        { topics: ["t"], fields: ["value.b", "key"] },
      ],
      "t",
    );
    expect(mask).toMatchObject({ any: true, key: { kind: "whole" }, value: { kind: "paths" }, error: false });
    expect(hidesHeader(mask, "X-Api-Key")).toBe(true);
    expect(hidesHeader(mask, "other")).toBe(false);
  });

  it("hides all where a field cannot be understood", () => {
    expect(maskOfTopic([{ topics: ["t"], fields: ["valeu.a"] }], "t")).toMatchObject({
      key: { kind: "whole" },
      value: { kind: "whole" },
    });
    expect(ruleFieldProblem("valeu.a")).toContain("valeu.a");
    expect(ruleFieldProblem("value.a[")).not.toBeNull();
    expect(ruleFieldProblem("value.a[*].b")).toBeNull();
  });
});

describe("maskError", () => {
  const rules = [{ topics: ["orders"], fields: ["error"] }];
  it("hides an exception's text in the topic and its dead letters alone", () => {
    expect(maskError(rules, "orders", "no 4111")).toBe("••••••");
    expect(maskError(rules, "orders.dlt", "no 4111")).toBe("••••••");
    expect(maskError(rules, "payments", "no 4111")).toBe("no 4111");
  });

  it.each([
    ["kafka_dlt-exception-message", true],
    ["kafka_exception-stacktrace", true],
    ["kafka_dlt-exception-fqcn", false],
    ["kafka_dlt-exception-cause-fqcn", false],
    ["kafka_dlt-original-topic", false],
    ["x-exception-message", true],
    ["__connect.errors.exception.message", true],
    ["__connect.errors.exception.stacktrace", true],
    ["__connect.errors.exception.class.name", false],
    ["__connect.errors.topic", false],
    ["__streams.errors.message", true],
    ["__streams.errors.stacktrace", true],
    ["__streams.errors.offset", false],
    ["__dlq.errors.message", true],
    ["__rule.exception", true],
    ["dead-letter-reason", true],
    ["dead-letter-cause", true],
    ["dead-letter-cause-class-name", false],
    ["delayed-reason", true],
    ["exception-message", true],
    ["exception-stack", true],
    ["exception-type", false],
    ["reason_poisoned", true],
    ["dlt-message", true],
    ["dlt-stack", true],
    ["dlt-cause", false],
    ["dlt-exception", false],
    ["dlt-topic", false],
    ["__streams.errors.exception", false],
    ["NServiceBus.ExceptionInfo.Message", true],
    ["MT-Fault-StackTrace", true],
  ])("%s holds the text of an exception: %s", (name, expected) => {
    expect(isErrorHeader(name)).toBe(expected);
  });
});
