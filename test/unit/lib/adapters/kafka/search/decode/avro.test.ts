import avro, { type Schema } from "avsc";
import { describe, expect, it } from "vitest";
import { compileAvro } from "#lib/adapters/kafka/search/decode/avro.ts";
import { writeJson } from "#lib/domain/records/json-text.ts";

const ORDER = {
  type: "record",
  name: "Order",
  namespace: "shop",
  fields: [
    { name: "id", type: "long" },
    { name: "sku", type: "string" },
    { name: "note", type: ["null", "string"] },
    { name: "state", type: { type: "enum", name: "State", symbols: ["OPEN", "PAID"] } },
    { name: "lines", type: { type: "array", items: { type: "map", values: "double" } } },
    { name: "hash", type: { type: "fixed", name: "Hash", size: 2 } },
    { name: "raw", type: "bytes" },
    { name: "before", type: ["null", "Order"] },
    { name: "paid", type: "boolean" },
    { name: "ratio", type: "float" },
    { name: "count", type: "int" },
    { name: "states", type: { type: "array", items: "shop.State" } },
  ],
};

const inner = {
  id: 1,
  sku: "a",
  note: null,
  state: "OPEN",
  lines: [],
  hash: Buffer.from([1, 2]),
  raw: Buffer.alloc(0),
  before: null,
  paid: false,
  ratio: 0.5,
  count: -7,
  states: ["PAID", "OPEN"],
};

describe("compileAvro", () => {
  it("reads what another implementation wrote", () => {
    const bytes = avro.Type.forSchema(ORDER as unknown as Schema).toBuffer({
      ...inner,
      id: 2,
      note: "ünder",
      state: "PAID",
      lines: [{ x: 1.25 }, { y: 2, z: -3 }],
      raw: Buffer.from([0xff, 0x41]),
      before: inner,
    });
    const read = compileAvro(ORDER).read(bytes);
    expect(JSON.parse(writeJson(read))).toEqual({
      ...inner,
      id: 2,
      note: "ünder",
      state: "PAID",
      lines: [{ x: 1.25 }, { y: 2, z: -3 }],
      hash: "\u0001\u0002",
      raw: "\u00ffA",
      before: { ...inner, hash: "\u0001\u0002", raw: "" },
    });
    expect(compileAvro(ORDER).name).toBe("shop.Order");
  });

  // The examples of the Avro specification, "Binary Encoding".
  it.each([
    ["long", "00", 0n],
    ["long", "01", -1n],
    ["long", "02", 1n],
    ["long", "7f", -64n],
    ["long", "8001", 64n],
    ["string", "06666f6f", "foo"],
    [["null", "string"], "00", null],
    [["null", "string"], "020261", "a"],
    [{ type: "array", items: "long" }, "04063600", [3n, 27n]],
    // The same with the block's size before it.
    [{ type: "array", items: "long" }, "0304063600", [3n, 27n]],
    ["long", "feffffffffffffffff01", 9223372036854775807n],
    [{ type: "bytes", logicalType: "decimal", precision: 6, scale: 2 }, "0404d2", "12.34"],
    [{ type: "bytes", logicalType: "decimal", precision: 6, scale: 2 }, "02ff", "-0.01"],
  ])("reads %j from %s", (schema, hex, value) => {
    expect(compileAvro(schema).read(Buffer.from(hex, "hex"))).toEqual(value);
  });

  it("keeps the digits of a long", () => {
    const read = compileAvro("long").read(Buffer.from("feffffffffffffffff01", "hex"));
    expect(writeJson({ id: read })).toBe('{"id":9223372036854775807}');
  });

  it.each([
    ["string", "06666f", "left"],
    ["long", "0000", "left behind"],
    ["long", "ffffffffffffffffffff01", "64 bits"],
    [["null"], "02", "no branch"],
    [{ type: "array", items: "null" }, "82897a00", "more than"],
    ["string", "01", "not one"],
  ])("says why %j does not fit %s", (schema, hex, words) => {
    expect(() => compileAvro(schema).read(Buffer.from(hex, "hex"))).toThrow(words);
  });

  it("says which name a schema does not define", () => {
    expect(() => compileAvro({ type: "array", items: "Nowhere" })).toThrow("Nowhere");
    expect(
      compileAvro({ type: "array", items: "State" }, [ORDER.fields[3]?.type]).read(
        Buffer.from("020200", "hex"),
      ),
    ).toEqual(["PAID"]);
  });

  it("ends at a value that is nested without end", () => {
    const schema = { type: "record", name: "N", fields: [{ name: "n", type: ["null", "N"] }] };
    expect(() => compileAvro(schema).read(Buffer.alloc(100_000, 2))).toThrow("nested");
  });
});
