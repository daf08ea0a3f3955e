import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRecordsBatch, type MessageToProduce } from "@platformatic/kafka";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  frameBatches,
  openBatch,
  type FramedBatches,
  type RecordBatchFrame,
} from "#lib/adapters/kafka/scan/record-batch.ts";
import { recordsOf, type TornRecord } from "#lib/adapters/kafka/scan/record-view.ts";
import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";

/**
 * Batches as a Fetch of Apache Kafka 4.3.1 gave them, one a codec, written by Java's producer through
 * test/integration/adapters/kafka/scan/OddRecords.java; the digests are those that it printed.
 */
const CAPTURED = JSON.parse(
  readFileSync(join(import.meta.dirname, "captured-batches.json"), "utf8"),
) as readonly { codec: string; bytes: string; records: readonly { offset: string; digest: string }[] }[];

const bytesOf = (captured: { bytes: string }): Buffer => Buffer.from(captured.bytes, "base64");
const [HEADER_BYTES, CRC_AT, ATTRIBUTES_AT] = [61, 17, 21];

/** Everything that can be read of one batch; never throws. */
function read(
  frame: RecordBatchFrame,
  checkCrc: boolean,
): { records: RecordView[]; torn: TornRecord[]; reason: string | null } {
  const opened = openBatch(frame, checkCrc);
  if ("reason" in opened) return { records: [], torn: [], reason: opened.reason };
  const torn: TornRecord[] = [];
  const range = {
    fromOffset: -(2n ** 63n),
    toOffset: 2n ** 63n,
    onTorn: (each: TornRecord) => torn.push(each),
  };
  const records = [...recordsOf(frame, Buffer.from(opened.bytes), range)];
  return { records, torn, reason: null };
}

const onlyFrame = ({ frames }: FramedBatches): RecordBatchFrame => {
  expect(frames).toHaveLength(1);
  return frames[0]!;
};

/** OddRecords.java's digest. */
function digestOf(record: RecordView): string {
  const int = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    return bytes;
  };
  const put = (bytes: Buffer | null): Buffer[] => [int(bytes?.length ?? -1), bytes ?? Buffer.alloc(0)];
  const time = Buffer.alloc(8);
  time.writeBigInt64BE(record.timestamp ?? -1n);
  const headers = record.headers.flatMap(({ nameBytes, value }) => [...put(nameBytes), ...put(value)]);
  const parts = [time, ...put(record.key), ...put(record.value), int(record.headers.length), ...headers];
  return createHash("sha256").update(Buffer.concat(parts)).digest("hex");
}

describe.each(CAPTURED)("a captured batch: $codec", (captured) => {
  test("is read as Java wrote it", () => {
    const { records, torn, reason } = read(onlyFrame(frameBatches([bytesOf(captured)])), true);
    expect([torn, reason]).toEqual([[], null]);
    expect(records.map((each) => ({ offset: String(each.offset), digest: digestOf(each) }))).toEqual(
      captured.records,
    );
  });

  test("is the same however its bytes are cut into chunks", () => {
    const bytes = Buffer.concat([bytesOf(captured), bytesOf(captured), bytesOf(captured)]);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, n) => bytes.subarray(edges[n], edge));
        const { frames, cutBytes, broken } = frameBatches(chunks);
        expect([cutBytes, broken]).toEqual([null, null]);
        expect(Buffer.concat(frames.map((each) => each.bytes)).equals(bytes)).toBe(true);
        expect(frames).toHaveLength(3);
      }),
    );
  });

  test("each flipped bit behind the checksum is found by it", () => {
    const whole = bytesOf(captured);
    for (let bit = ATTRIBUTES_AT * 8; bit < whole.length * 8; bit += 1) {
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(read(onlyFrame(frameBatches([flipped])), true).reason).toBe("its checksum does not match");
    }
  });

  test("each flipped bit of the checksum is found", () => {
    for (let bit = 0; bit < 32; bit += 1) {
      const flipped = bytesOf(captured);
      flipped.writeUInt8(flipped.readUInt8(CRC_AT + (bit >> 3)) ^ (1 << (bit & 7)), CRC_AT + (bit >> 3));
      expect(read(onlyFrame(frameBatches([flipped])), true).reason).toBe("its checksum does not match");
    }
  });

  test("with the checksum unchecked, each flipped bit still ends: records, a torn one, or a reason", () => {
    const whole = bytesOf(captured);
    let told = 0;
    for (let bit = 0; bit < whole.length * 8; bit += 3) {
      const flipped = Buffer.from(whole);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const { frames, cutBytes, broken } = frameBatches([flipped]);
      if (cutBytes !== null || broken !== null) told += 1;
      for (const frame of frames) {
        const { records, torn, reason } = read(frame, false);
        // No getter throws, whatever the bytes are.
        for (const each of records) digestOf(each);
        if (torn.length > 0 || reason !== null) told += 1;
        expect(records.length).toBeLessThanOrEqual(Math.max(frame.count, 0));
      }
    }
    expect(told).toBeGreaterThan(0);
  });

  test("cut short anywhere it is asked for again with the room it needs", () => {
    const whole = bytesOf(captured);
    for (let length = 1; length < whole.length; length += 1) {
      const { frames, cutBytes, broken } = frameBatches([whole.subarray(0, length)]);
      expect([frames.length, broken]).toEqual([0, null]);
      expect(cutBytes).toBe(length < 17 ? HEADER_BYTES : whole.length);
    }
  });
});

test.each([
  {
    name: "a length below a header's",
    edit: (bytes: Buffer) => bytes.writeInt32BE(20, 8),
    broken: /length 20/,
  },
  { name: "a negative length", edit: (bytes: Buffer) => bytes.writeInt32BE(-1, 8), broken: /length -1/ },
  { name: "an unknown format", edit: (bytes: Buffer) => bytes.writeInt8(9, 16), broken: /format 9/ },
])("$name ends the walk behind the batches before it", ({ edit, broken }) => {
  const whole = bytesOf(CAPTURED[0]!);
  const edited = Buffer.from(whole);
  edit(edited);
  const framed = frameBatches([Buffer.concat([whole, edited, whole])]);
  expect(framed.frames).toHaveLength(1);
  expect(framed.broken).toMatch(broken);
});

test.each([0, 1])(
  "a message of the old format (magic %i) is named, and what lies behind it is read",
  (magic) => {
    const old = Buffer.alloc(40);
    old.writeBigInt64BE(77n, 0);
    old.writeInt32BE(28, 8);
    old.writeInt8(magic, 16);
    const { frames } = frameBatches([Buffer.concat([old, bytesOf(CAPTURED[0]!)])]);
    expect(frames).toHaveLength(2);
    expect(frames[0]).toMatchObject({ firstOffset: 77n, lastOffset: 77n });
    expect(openBatch(frames[0]!, true)).toEqual({
      reason: `its format is that of Kafka before 0.11 (magic ${magic})`,
    });
  },
);

describe("recordsOf", () => {
  const encoded = (messages: Partial<MessageToProduce>[]): RecordBatchFrame =>
    onlyFrame(
      frameBatches([
        createRecordsBatch(messages.map((each) => ({ topic: "t", timestamp: 5n, ...each })) as never, {})
          .buffer,
      ]),
    );

  test("headers keep names that are no UTF-8, that repeat and that objects have; their order; nulls", () => {
    const name = Buffer.from([0xff, 0x61]);
    const headers = new Map<Buffer, Buffer | null>([
      [Buffer.from("b"), Buffer.from("1")],
      [Buffer.from("__proto__"), Buffer.from("2")],
      [name, Buffer.from([0, 0xfe])],
      [Buffer.from("b"), null],
      [Buffer.from("constructor"), Buffer.alloc(0)],
    ]);
    const [record] = read(encoded([{ value: Buffer.from("v"), headers: headers as never }]), true).records;
    expect(record?.headers.map((each) => [each.name, each.value?.toString("hex") ?? null])).toEqual([
      ["b", "31"],
      ["__proto__", "32"],
      ["\ufffda", "00fe"],
      ["b", null],
      ["constructor", ""],
    ]);
    expect(record?.headers[2]?.nameBytes.equals(name)).toBe(true);
  });

  test("null and empty are two things, and the size is that of what is stored", () => {
    const { records } = read(
      encoded([
        { key: Buffer.alloc(0), value: Buffer.from("abc") },
        { value: Buffer.alloc(0) },
        { key: Buffer.from("k") },
      ]),
      true,
    );
    expect(records.map(({ key, value, sizeBytes }) => [key?.length, value?.length, sizeBytes])).toEqual([
      [0, 3, 3],
      [undefined, 0, 0],
      [1, undefined, 1],
    ]);
  });

  test("timestamps as nanoseconds, and none at all", () => {
    // Deltas of 64 bits are in the captured batches: the encoder here writes smaller ones alone.
    const times = [1_700_000_000_000_000_123n, 1_700_000_000_000_000_999n, 1_700_000_000_000_000_001n];
    const { records } = read(
      encoded(times.map((timestamp) => ({ timestamp, value: Buffer.from("v") }))),
      true,
    );
    expect(records.map((each) => each.timestamp)).toEqual(times);
    const none = Buffer.from(encoded([{ timestamp: 0n, value: Buffer.from("v") }]).bytes);
    none.writeBigInt64BE(-1n, 27);
    const [record] = read(onlyFrame(frameBatches([none])), false).records;
    expect(record?.timestamp).toBeNull();
  });

  test("may be walked again, and gives the records of a range alone", () => {
    const frame = encoded(Array.from({ length: 10 }, (_, n) => ({ value: Buffer.from(String(n)) })));
    const opened = openBatch(frame, true);
    if ("reason" in opened) throw new Error(opened.reason);
    const records = recordsOf(frame, opened.bytes, { fromOffset: 3n, toOffset: 6n, onTorn: () => undefined });
    const texts = (): (string | undefined)[] => [...records].map((each) => each.value?.toString());
    expect([texts(), texts()]).toEqual([
      ["3", "4", "5"],
      ["3", "4", "5"],
    ]);
  });
});
