import { expect, test } from "vitest";
import { openJsonSchemas, SchemaError } from "#lib/adapters/schemas/json-schemas.ts";

const open = (schema: unknown, topic = "orders.order.placed") =>
  openJsonSchemas([{ topic, file: "order.json", schema }]);

const ORDER = {
  type: "object",
  required: ["id", "customer"],
  properties: {
    id: { type: "string", format: "uuid" },
    customer: { type: "object", required: ["e/mail"] },
    items: { type: "array", items: { type: "object", properties: { price: { minimum: 0 } } } },
  },
};
const GOOD = {
  id: "018f3a1e-7c2b-7000-8000-000000000001",
  customer: { "e/mail": "ana@example.com" },
  items: [{ price: 1 }],
};
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

test("a value that keeps to its topic's schema is no problem, and a topic without one takes any", () => {
  const schemas = open(ORDER);
  expect(schemas.validateValue("orders.order.placed", bytes(GOOD))).toBeNull();
  expect(schemas.validateValue("other", Buffer.from("\xff nothing", "latin1"))).toBeNull();
  expect([schemas.covers("orders.order.placed"), schemas.covers("other")]).toEqual([true, false]);
});

test.each([
  ["orders.order.placed.redrive.billing"],
  ["orders.order.placed.shadow.trial"],
  ["orders.order.placed.retry.billing.1"],
])("%s is held against the schema of the topic that it is derived from", (topic) => {
  const schemas = open(ORDER);
  expect(schemas.covers(topic)).toBe(true);
  expect(schemas.validateValue(topic, bytes({}))).toContain("/id: required");
});

test("a derived topic's own schema comes first", () => {
  const schemas = openJsonSchemas([
    { topic: "t", file: "t.json", schema: false },
    { topic: "t.redrive.g", file: "g.json", schema: true },
  ]);
  expect(schemas.validateValue("t.redrive.g", bytes(1))).toBeNull();
  expect(schemas.validateValue("t", bytes(1))).not.toBeNull();
});

test.each([
  ["a missing property", { ...GOOD, customer: {} }, "/customer/e~1mail: required"],
  ["a wrong value", { ...GOOD, items: [{ price: 1 }, { price: -77_777 }] }, "/items/1/price: minimum"],
  ["a format", { ...GOOD, id: "secret-of-ana" }, "/id: format"],
  ["the whole", "secret-of-ana", "/: type"],
])("%s is told by its place and the rule, and nothing of the value", (_, value, place) => {
  const problem = open(ORDER).validateValue("orders.order.placed", bytes(value)) ?? "";
  expect(problem).toBe(`The value breaks the schema of its topic at ${place}.`);
  expect(problem).not.toMatch(/secret|77/);
});

test.each([
  ["not JSON", Buffer.from("secret {")],
  ["not UTF-8", Buffer.from([0x22, 0xff, 0x22])],
  ["empty", Buffer.alloc(0)],
])("a value that is %s is told without a word of it", (_, value) => {
  expect(open({}).validateValue("orders.order.placed", value)).toBe(
    "The value is not JSON, and its topic has a schema.",
  );
});

test("a schema is of draft 2020-12 unless it names draft 07, which reads items in its own way", () => {
  const tuple = { prefixItems: [{ type: "string" }] };
  expect(open(tuple).validateValue("orders.order.placed", bytes([1]))).toContain("/0: type");
  const named = { ...tuple, $schema: "https://json-schema.org/draft/2020-12/schema" };
  expect(open(named).validateValue("orders.order.placed", bytes([1]))).toContain("/0: type");
  const old = { $schema: "http://json-schema.org/draft-07/schema#", items: [{ type: "string" }], ...tuple };
  expect(
    open({ ...old, prefixItems: [false] }).validateValue("orders.order.placed", bytes(["a"])),
  ).toBeNull();
  expect(open(old).validateValue("orders.order.placed", bytes([1]))).toContain("/0: type");
});

test.each([
  ["is not an object", ["x"]],
  ["has a rule that is none", { type: "strnig" }],
  ["refers to another file", { $ref: "other.json" }],
  ["is of a draft that Sluice does not know", { $schema: "http://json-schema.org/draft-04/schema#" }],
])("a schema that %s is refused with its file's name", (_, schema) => {
  expect(() => open(schema)).toThrow(SchemaError);
  expect(() => open(schema)).toThrow(/^order\.json, the schema of orders\.order\.placed, is no JSON Schema/);
});
