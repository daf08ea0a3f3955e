import { describe, expect, it } from "vitest";
import type { RecordHeader, RecordView } from "#lib/adapters/kafka/scan/types.ts";
import { compileFilter } from "#lib/adapters/kafka/search/filter/compile-filter.ts";
import { RecordFields } from "#lib/adapters/kafka/search/record-fields.ts";
import { maskOfTopic } from "#lib/domain/records/masking.ts";
import type { FilterTerm, MaskingRule } from "#lib/domain/records/record-search.ts";

const bytes = (value: string | Buffer | null): Buffer | null =>
  value === null || Buffer.isBuffer(value) ? value : Buffer.from(value);

interface Given {
  key?: string | Buffer | null;
  value?: string | Buffer | null;
  headers?: [string, string | Buffer | null][];
  masking?: MaskingRule[];
}

function fieldsOf({ key = null, value = null, headers = [], masking = [] }: Given): RecordFields {
  const list: RecordHeader[] = headers.map(([name, each]) => ({
    name,
    nameBytes: Buffer.from(name),
    value: bytes(each),
  }));
  const view: RecordView = {
    ...{
      offset: 7n,
      timestamp: BigInt(Date.UTC(2026, 10, 22)),
      key: bytes(key),
      value: bytes(value),
      headers: list,
    },
    ...{ sizeBytes: 0, transactional: false, stampedBy: "producer" as const },
  };
  const mask = maskOfTopic(masking, "orders");
  const choices = { keyDecoder: "auto", valueDecoder: "auto" } as const;
  return new RecordFields(view, 2, { topic: "orders", topicId: "id", mask, schemas: null, ...choices });
}

function matches(term: FilterTerm, given: Given): boolean {
  return compileFilter([term], maskOfTopic(given.masking ?? [], "orders")).matches(fieldsOf(given));
}

const cel = (expression: string): FilterTerm => ({ kind: "cel", expression });
const text = (
  value: string,
  place: "any" | "key" | "value" | "headers" = "any",
  matchCase = true,
): FilterTerm => ({
  kind: "text",
  in: place,
  text: value,
  matchCase,
});

const record: Given = {
  key: "order-1",
  value: '{"id":9007199254740993,"state":"PAID","total":12.5,"lines":[{"sku":"a"},{"sku":"b"}],"note":null}',
  headers: [
    ["event-type", "placed"],
    ["event-type", "paid"],
    ["empty", null],
  ],
};

describe("compileFilter", () => {
  it.each<[FilterTerm, boolean]>([
    [text("PAID"), true],
    [text("paid", "value"), false],
    [text("paid", "value", false), true],
    [text("order-1", "value"), false],
    [text("order-1", "key"), true],
    [text("event-type", "headers"), true],
    [text("placed"), true],
    [{ kind: "key", key: "order-1" }, true],
    [{ kind: "key", key: "order" }, false],
    [{ kind: "header", name: "event-type", value: "placed" }, true],
    [{ kind: "header", name: "event-type", value: "paid" }, true],
    [{ kind: "header", name: "event-type", value: null }, true],
    [{ kind: "header", name: "empty", value: null }, true],
    [{ kind: "header", name: "empty", value: "" }, false],
    [{ kind: "path", in: "value", path: "lines[*].sku", operator: "=", value: "b" }, true],
    [{ kind: "path", in: "value", path: "id", operator: "=", value: "9007199254740992" }, false],
    [{ kind: "path", in: "value", path: "id", operator: "=", value: "9007199254740993" }, true],
    [{ kind: "path", in: "key", path: "$", operator: "exists", value: "" }, false],
    [{ kind: "regex", in: "any", pattern: "^order-\\d$" }, true],
    [{ kind: "regex", in: "value", pattern: "^order-\\d$" }, false],
    [cel('value.state == "PAID" && value.total * 2 == 25.0'), true],
    [cel("value.id == 9007199254740993"), true],
    [cel("value.nowhere == 1"), false],
    [cel('key.matches("^order-[0-9]$") && headers["event-type"] == "paid"'), true],
    [cel('value.lines.exists(l, l.sku == "b") && offset == 7 && partition == 2 && topic == "orders"'), true],
    [cel('timestamp >= timestamp("2026-11-22T00:00:00Z")'), true],
    [cel("headers.empty == null"), true],
    [cel("value.note == null"), true],
  ])("%j is %s", (term, expected) => {
    expect(matches(term, record)).toBe(expected);
  });

  it("finds text in bytes that are no text", () => {
    expect(matches(text("abc"), { value: Buffer.from("00ff616263ff", "hex") })).toBe(true);
  });

  it("treats names of Object's own as any other", () => {
    const value = '{"__proto__":{"a":1},"constructor":2}';
    const path = (name: string, wanted: string): FilterTerm => ({
      kind: "path",
      in: "value",
      path: name,
      operator: "=",
      value: wanted,
    });
    expect(matches(path("__proto__.a", "1"), { value })).toBe(true);
    expect(matches(path("constructor", "2"), { value })).toBe(true);
    expect(matches({ ...path("toString", ""), operator: "exists" } as FilterTerm, { value })).toBe(false);
    expect(matches(cel("has(value.toString)"), { value })).toBe(false);
  });

  it("passes only bytes over that cannot match", () => {
    const { prefilter } = compileFilter(
      [text("PAID"), { kind: "header", name: "event-type", value: null }],
      maskOfTopic([], "orders"),
    );
    expect(prefilter?.(Buffer.from("..PAID..event-type"))).toBe(true);
    expect(prefilter?.(Buffer.from("..PAID.."))).toBe(false);
    expect(compileFilter([text("a", "any", false)], maskOfTopic([], "orders")).prefilter).toBeNull();
  });

  it.each<[FilterTerm, string]>([
    [{ kind: "regex", in: "any", pattern: "a{2,1}" }, "regular expression"],
    [{ kind: "path", in: "value", path: "a.", operator: "=", value: "" }, "dot"],
    [cel("value.a +"), "cannot be read"],
    [cel('"text"'), "true or false"],
    [cel("f(value)"), "cannot be read"],
    [cel(Array.from({ length: 600 }, () => "true").join(" && ")), "cannot be read"],
  ])("refuses %j with its number", (term, words) => {
    const compile = (): unknown => compileFilter([text("a"), term], maskOfTopic([], "orders"));
    expect(compile).toThrow(/^Condition 2: /);
    expect(compile).toThrow(words);
  });
});

describe("compileFilter over masked fields", () => {
  const masking: MaskingRule[] = [
    { topics: ["ord*"], fields: ["value.card.number", "header.authorization", "error"] },
  ];
  const secret: Given = {
    masking,
    value: '{"card":{"number":"4111222233334444","name":"Ada"},"total":1}',
    headers: [
      ["authorization", "Bearer t0ken"],
      ["kafka_dlt-exception-message", "no card 4111222233334444"],
      ["trace", "visible"],
    ],
  };

  it.each<[FilterTerm, boolean]>([
    [text("4111222233334444"), false],
    [text("4111222233334444", "value", false), false],
    [text("Ada"), true],
    [text("t0ken"), false],
    [text("visible"), true],
    [{ kind: "regex", in: "any", pattern: "4111\\d+" }, false],
    [{ kind: "regex", in: "headers", pattern: "Bearer" }, false],
    [cel('value.card.number.startsWith("4111")'), false],
    [cel('value.card.name == "Ada"'), true],
    [cel('headers.authorization.startsWith("Bearer")'), false],
    [cel('headers["kafka_dlt-exception-message"].contains("4111")'), false],
    [{ kind: "path", in: "value", path: "card.name", operator: "=", value: "Ada" }, true],
    [{ kind: "header", name: "authorization", value: null }, true],
  ])("%j is %s", (term, expected) => {
    expect(matches(term, secret)).toBe(expected);
  });

  it.each<FilterTerm>([
    { kind: "path", in: "value", path: "card.number", operator: "=", value: "4111222233334444" },
    { kind: "path", in: "value", path: "card", operator: "contains", value: "4" },
    { kind: "path", in: "value", path: "card.number[0]", operator: "exists", value: "" },
    { kind: "path", in: "value", path: "*.number", operator: ">", value: "4" },
    { kind: "header", name: "Authorization", value: "Bearer t0ken" },
  ])("refuses %j", (term) => {
    expect(() => matches(term, secret)).toThrow("masked");
  });

  it("has no prefilter on bytes", () => {
    expect(compileFilter([text("4111")], maskOfTopic(masking, "orders")).prefilter).toBeNull();
  });

  it("hides a value whole that is not JSON, whatever decoder is asked for", () => {
    const shown = fieldsOf({ ...secret, value: '{"card":{"number":"4111222233334444"' }).show(1_000);
    expect(shown.value).toMatchObject({ text: "••••••" });
    expect(shown.masked).toContain("value");
  });

  it("shows what it may", () => {
    const shown = fieldsOf(secret).show(1_000);
    expect(shown.value?.text).toBe('{"card":{"number":"••••••","name":"Ada"},"total":1}');
    expect(shown.headers.map((each) => each.value?.text)).toEqual(["••••••", "••••••", "visible"]);
    expect(shown.masked).toEqual([
      "value.card.number",
      "header.authorization",
      "header.kafka_dlt-exception-message",
    ]);
    expect(
      JSON.stringify(shown, (_, each: unknown) => (typeof each === "bigint" ? String(each) : each)),
    ).not.toContain("4111");
  });
});
