import { compressionsAlgorithms } from "@platformatic/kafka";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decompressLz4, Lz4Error } from "#lib/adapters/kafka/scan/lz4.ts";

const growing = (least: number, written: Buffer): Buffer => {
  const buffer = Buffer.alloc(least);
  written.copy(buffer);
  return buffer;
};
const decompress = (bytes: Buffer): Buffer => decompressLz4(bytes, growing);

const MAGIC = [0x04, 0x22, 0x4d, 0x18];
const word = (value: number): number[] => [
  value & 255,
  (value >>> 8) & 255,
  (value >>> 16) & 255,
  value >>> 24,
];
/** A frame by the specification: FLG, BD of 64 kB blocks, header checksum (not checked), blocks, end mark. */
const frame = (flags: number, ...blocks: number[][]): Buffer =>
  Buffer.from([...MAGIC, 0x40 | flags, 0x40, 0, ...blocks.flat(), ...word(0)]);
const block = (...bytes: number[]): number[] => [...word(bytes.length), ...bytes];
const ascii = (text: string): number[] => [...Buffer.from(text)];

describe("decompressLz4", () => {
  test.each<{ name: string; bytes: Buffer; text: string }>([
    { name: "literals alone", bytes: frame(0x20, block(0x50, ...ascii("hello"))), text: "hello" },
    {
      name: "a match that overlaps what it writes",
      bytes: frame(0x20, block(0x2a, ...ascii("ab"), 2, 0, 0x10, ...ascii("!"))),
      text: `${"ab".repeat(8)}!`,
    },
    {
      name: "lengths that go on in more bytes",
      bytes: frame(0x20, block(0xff, 5, ...ascii("x".repeat(20)), 20, 0, 255, 1, 0x10, ...ascii("!"))),
      text: `${"x".repeat(20 + 15 + 255 + 1 + 4)}!`,
    },
    {
      name: "linked blocks: a match reaches back into the block before",
      bytes: frame(0, block(0x80, ...ascii("abcdefgh")), block(0x00, 8, 0, 0x10, ...ascii("!"))),
      text: "abcdefghabcd!",
    },
    {
      name: "a stored block",
      bytes: frame(0x20, [...word(0x80000005), ...ascii("plain")]),
      text: "plain",
    },
    {
      name: "block and content checksums, and a content size",
      bytes: Buffer.from([
        ...[...MAGIC, 0x40 | 0x20 | 0x10 | 0x08 | 0x04, 0x40, ...word(5), ...word(0), 0],
        ...[...block(0x50, ...ascii("hello")), ...word(1), ...word(0), ...word(2)],
      ]),
      text: "hello",
    },
    {
      name: "two frames",
      bytes: Buffer.concat([
        frame(0x20, block(0x20, ...ascii("ab"))),
        frame(0x20, block(0x20, ...ascii("cd"))),
      ]),
      text: "abcd",
    },
    { name: "an empty frame", bytes: frame(0x20), text: "" },
  ])("$name", ({ bytes, text }) => {
    expect(decompress(bytes).toString()).toBe(text);
  });

  test.each<{ name: string; bytes: Buffer }>([
    { name: "another magic number", bytes: Buffer.from([1, 2, 3, 4, 0x60, 0x40, 0, 0, 0, 0, 0]) },
    { name: "no end mark", bytes: frame(0x20, block(0x50, ...ascii("hello"))).subarray(0, -4) },
    { name: "a block longer than the bytes", bytes: frame(0x20, [...word(500), 0x50]) },
    { name: "literals past the block's end", bytes: frame(0x20, block(0xf0, 200, 1, 2, 3)) },
    { name: "a match before the beginning", bytes: frame(0x20, block(0x10, 65, 9, 0, 0x10, 66)) },
    { name: "a match at distance 0", bytes: frame(0x20, block(0x10, 65, 0, 0, 0x10, 66)) },
    { name: "a dictionary", bytes: frame(0x21, block(0x50, ...ascii("hello"))) },
  ])("refuses $name", ({ bytes }) => {
    expect(() => decompress(bytes)).toThrow(Lz4Error);
  });

  test("gives back whatever another implementation compressed", () => {
    const pieces = fc.array(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom("a", "ab", "abcdefg", "the same again ").map((text) => Buffer.from(text.repeat(40))),
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(pieces, fc.nat(12), (parts, repeats) => {
        const raw = Buffer.concat(Array.from({ length: repeats + 1 }, () => parts).flat());
        // The other one fails on no bytes at all once its memory has grown.
        fc.pre(raw.length > 0);
        const framed = compressionsAlgorithms.lz4.compressSync(raw);
        expect(decompress(framed).equals(raw)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test("ends on any bytes: with an answer, or with an Lz4Error", () => {
    const raw = Buffer.from("some text that repeats, some text that repeats ".repeat(50));
    const framed = compressionsAlgorithms.lz4.compressSync(raw);
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(framed.length - 1), fc.nat(255)), { minLength: 1 }), (changes) => {
        const broken = Buffer.from(framed);
        for (const [at, byte] of changes) broken[at] = byte;
        try {
          decompress(broken);
        } catch (error) {
          expect(error).toBeInstanceOf(Lz4Error);
        }
      }),
      { numRuns: 500 },
    );
  });
});
