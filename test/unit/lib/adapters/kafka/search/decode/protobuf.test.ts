import protobuf from "protobufjs";
import { describe, expect, it } from "vitest";
import { compileProtobuf } from "#lib/adapters/kafka/search/decode/protobuf.ts";
import { writeJson } from "#lib/domain/records/json-text.ts";

const FILE = `syntax = "proto3";
package shop;
import "money.proto";
import "google/protobuf/timestamp.proto";
message First { string a = 1; }
message Order {
  message Line { string sku = 1; sint32 delta = 2; }
  enum State { OPEN = 0; PAID = 1; }
  int64 order_id = 1;
  repeated Line lines = 2;
  State state = 3;
  map<string, int32> counts = 4;
  repeated uint32 packed = 5;
  bytes raw = 6;
  optional string note = 7;
  oneof how { string card = 8; bool cash = 9; }
  Money total = 10;
  google.protobuf.Timestamp at = 11;
  double ratio = 12;
  fixed64 big = 13;
  map<int64, Line> by_id = 14;
}`;
const MONEY = `syntax = "proto3"; package shop; message Money { string currency = 1; int32 cents = 2; }`;

const compiled = compileProtobuf(FILE, [{ name: "money.proto", text: MONEY }]);

function encode(value: Record<string, unknown>): Buffer {
  const root = new protobuf.Root();
  protobuf.parse(MONEY, root);
  protobuf.parse(FILE, root);
  root.addJSON(protobuf.common.get("google/protobuf/timestamp.proto")?.nested ?? {});
  const type = root.lookupType("shop.Order");
  // The path [1]: the second message of the file.
  return Buffer.concat([Buffer.from([2, 2]), type.encode(type.fromObject(value)).finish()]);
}

describe("compileProtobuf", () => {
  it("reads what another implementation wrote", () => {
    const { value, name } = compiled.read(
      encode({
        orderId: "-9007199254740993",
        lines: [{ sku: "a", delta: -3 }, { sku: "b" }],
        state: "PAID",
        counts: { x: 1, y: -2 },
        packed: [1, 300, 4294967295],
        raw: Buffer.from([0xff, 0]),
        card: "4111",
        total: { currency: "EUR", cents: 99 },
        at: { seconds: 1_700_000_000, nanos: 5_000_000 },
        ratio: 0.25,
        big: "18446744073709551615",
        byId: { "7": { sku: "m" } },
      }),
    );
    expect(name).toBe(".shop.Order");
    expect(writeJson(value)).toBe(
      writeJson({
        orderId: -9007199254740993n,
        lines: [
          { sku: "a", delta: -3 },
          { sku: "b", delta: 0 },
        ],
        state: "PAID",
        counts: { x: 1, y: -2 },
        packed: [1, 300, 4294967295],
        raw: "/wA=",
        card: "4111",
        total: { currency: "EUR", cents: 99 },
        at: "2023-11-14T22:13:20.005Z",
        ratio: 0.25,
        big: 18446744073709551615n,
        byId: { "7": { sku: "m", delta: 0 } },
      }),
    );
  });

  it("shows the defaults of what has no presence, and nothing of the rest", () => {
    expect(compiled.read(encode({})).value).toEqual({
      ...{
        orderId: 0,
        lines: [],
        state: "OPEN",
        counts: {},
        packed: [],
        raw: "",
        ratio: 0,
        big: 0,
        byId: {},
      },
    });
  });

  // The examples of the Protobuf documentation, "Encoding": field 1 = 150, field 2 = "testing".
  it.each([
    ["00089601", { a: 150, b: "" }],
    ["00120774657374696e67", { a: 0, b: "testing" }],
    // A field that the schema does not know, of each wire type, a group with one inside it too.
    ["00089601180125010000002901000000000000003201ff", { a: 150, b: "" }],
    ["00080f1b08011c0801", { a: 1, b: "" }],
  ])("reads %s", (hex, expected) => {
    const file = compileProtobuf(`syntax = "proto3"; message T { int32 a = 1; string b = 2; }`);
    expect(file.read(Buffer.from(hex, "hex")).value).toEqual(expected);
  });

  it("finds a nested message by its path", () => {
    // [1, 0]: the first message inside the second; Line { sku: "z" }.
    const { value, name } = compiled.read(Buffer.from("0402000a017a", "hex"));
    expect([name, value]).toEqual([".shop.Order.Line", { sku: "z", delta: 0 }]);
    // The single byte 0 stands for the first message.
    expect(compiled.read(Buffer.from("000a0178", "hex"))).toEqual({ name: ".shop.First", value: { a: "x" } });
  });

  it.each([
    ["0212", "no message"],
    ["000a05", "left"],
    ["00080a", "not written as one"],
    ["000c", "group"],
  ])("says why %s does not fit", (hex, words) => {
    expect(() => compiled.read(Buffer.from(hex, "hex"))).toThrow(words);
  });

  it("ends at a message that is nested without end", () => {
    const file = compileProtobuf(`syntax = "proto3"; message N { N n = 1; }`);
    let bytes = Buffer.alloc(0);
    for (let depth = 0; depth < 300; depth += 1) {
      const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
      bytes = Buffer.concat([Buffer.from([0x0a, ...length]), bytes]);
    }
    expect(() => file.read(Buffer.concat([Buffer.from([0]), bytes]))).toThrow("nested");
  });

  it("says what cannot be parsed", () => {
    expect(() => compileProtobuf("message {")).toThrow("cannot be read");
  });
});
