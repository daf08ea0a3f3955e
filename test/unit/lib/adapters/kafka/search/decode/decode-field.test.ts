import { describe, expect, it } from "vitest";
import { decodeField, type DecodeContext } from "#lib/adapters/kafka/search/decode/decode-field.ts";
import { decodeHeader } from "#lib/adapters/kafka/search/decode/decode-headers.ts";
import { SchemaNeeded } from "#lib/adapters/kafka/search/decode/schema-lookup.ts";

const plain: DecodeContext = { topic: "orders", part: "value", key: null, schemas: null };
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("decodeField, automatically", () => {
  it.each([
    ["an object", Buffer.from(' {"a": 1.0e3}'), "json", ' {"a": 1.0e3}'],
    [
      "a number beyond a double, digit for digit",
      Buffer.from('{"id":9007199254740993}'),
      "json",
      '{"id":9007199254740993}',
    ],
    ["a list", Buffer.from("[1]"), "json", "[1]"],
    ["a bare number", Buffer.from("42"), "text", "42"],
    ["text", Buffer.from("grün\n"), "text", "grün\n"],
    ["nothing", Buffer.alloc(0), "text", ""],
    ["bytes that are not UTF-8", hex("ff fe"), "hex", "fffe"],
    ["a control character", hex("61 00"), "hex", "6100"],
  ] as const)("reads %s", (_, bytes, decoder, text) => {
    expect(decodeField(bytes, "auto", plain)).toMatchObject({ decoder, text, sizeBytes: bytes.length });
  });

  it("tells why what looks like JSON is none, without quoting it", () => {
    const { decoder, failures } = decodeField(Buffer.from('{"secret": 4111'), "auto", plain);
    expect(decoder).toBe("text");
    expect(failures).toMatchObject([{ decoder: "json" }]);
    expect(JSON.stringify(failures)).not.toContain("secret");
    expect(JSON.stringify(failures)).not.toContain("4111");
  });

  it("tells of a schema id where no registry is configured", () => {
    const { decoder, failures } = decodeField(hex("00 00000007 02"), "auto", plain);
    expect(decoder).toBe("hex");
    expect(failures[0]?.reason).toContain("schema 7");
  });

  it("asks for a schema that is not loaded", () => {
    const schemas = { get: () => null, load: () => Promise.resolve() };
    expect(() => decodeField(hex("00 00000007 02"), "auto", { ...plain, schemas })).toThrow(SchemaNeeded);
  });
});

describe("decodeField, by choice", () => {
  it.each([
    ["base64", hex("ff fe"), "base64", "//4="],
    ["hex", Buffer.from("a"), "hex", "61"],
    ["text", Buffer.from('{"a":1}'), "text", '{"a":1}'],
    ["json", Buffer.from("42"), "json", "42"],
  ] as const)("reads %s", (choice, bytes, decoder, text) => {
    expect(decodeField(bytes, choice, plain)).toMatchObject({ decoder, text, failures: [] });
  });

  it.each([
    ["json", Buffer.from("{"), "text"],
    ["text", hex("ff"), "hex"],
    ["avro", Buffer.from("{}"), "json"],
    ["consumer-offsets", Buffer.from("hello"), "text"],
  ] as const)("tells why %s did not fit and reads it as it is", (choice, bytes, decoder) => {
    const read = decodeField(bytes, choice, plain);
    expect(read.decoder).toBe(decoder);
    expect(read.failures).toMatchObject([{ decoder: choice }]);
  });
});

describe("decodeField of __consumer_offsets", () => {
  const offsets: DecodeContext = { ...plain, topic: "__consumer_offsets" };
  const text = (value: string): string => hexOf16(value.length) + Buffer.from(value).toString("hex");
  const hexOf16 = (value: number): string => value.toString(16).padStart(4, "0");

  it("reads a commit", () => {
    const key = hex(`0001 ${text("group")} ${text("topic")} 00000003`);
    expect(decodeField(key, "auto", { ...offsets, part: "key" }).text).toBe(
      '{"type":"offset-commit","group":"group","topic":"topic","partition":3}',
    );
    const value = hex(`0003 0020000000000001 00000005 ${text("meta")} 0000019000000000`);
    expect(decodeField(value, "auto", { ...offsets, key })).toMatchObject({
      decoder: "consumer-offsets",
      text: '{"version":3,"offset":9007199254740993,"leaderEpoch":5,"metadata":"meta","commitTimestamp":1717986918400}',
    });
  });

  it("names newer types and shows their bytes", () => {
    const key = hex(`0003 ${text("group")}`);
    expect(decodeField(key, "auto", { ...offsets, part: "key" }).text).toContain("consumer-group-metadata");
    expect(decodeField(hex("0000 0102"), "auto", { ...offsets, key }).text).toBe(
      '{"type":"consumer-group-metadata","version":0,"bytes":"0102"}',
    );
  });
});

describe("decodeHeader", () => {
  const header = (value: Buffer | null): ReturnType<typeof decodeHeader> =>
    decodeHeader({ name: "n", nameBytes: Buffer.from("n"), value });
  it.each([
    [Buffer.from("abcd"), "text", "abcd"],
    [hex("00 00 00 07"), "int", "7"],
    [hex("ff ff ff ff ff ff ff fe"), "long", "-2"],
    [hex("00 01"), "hex", "0001"],
    [Buffer.alloc(0), "text", ""],
  ] as const)("reads %j as %s", (bytes, form, text) => {
    expect(header(bytes)).toEqual({ name: "n", value: { form, text, sizeBytes: bytes.length } });
  });
  it("keeps a null", () => {
    expect(header(null)).toEqual({ name: "n", value: null });
  });
});
