import { Partitioners } from "kafkajs";
import { beforeAll, expect, test } from "vitest";
import { resolveOffsets } from "#lib/adapters/kafka/scan/resolve-offsets.ts";
import type { OffsetsAsked } from "#lib/adapters/kafka/scan/types.ts";
import { createTopics, testKafka, topicPrefix } from "#test/support/kafka.ts";
import { commitOffsets } from "../commit-offsets.ts";
import { closeLinksAfterEach, deleteBelow, scanLinks } from "./open-scan-links.ts";

closeLinksAfterEach();
const prefix = topicPrefix();
/** Partition 0: 20 records a second apart, of which those below 5 were deleted; partition 1 is empty. */
const TOPIC = `${prefix}.resolved`;
const GROUP = `${prefix}-group`;
const BEGAN_AT = Date.now() - 60_000;

beforeAll(async () => {
  await createTopics([{ topic: TOPIC, numPartitions: 2 }]);
  const createPartitioner = Partitioners.DefaultPartitioner;
  const producer = testKafka().producer({ createPartitioner, idempotent: true, maxInFlightRequests: 1 });
  await producer.connect();
  const messages = Array.from({ length: 20 }, (_, n) => ({
    ...{ partition: 0, value: `v${n}`, timestamp: String(BEGAN_AT + n * 1_000) },
  }));
  await producer.send({ topic: TOPIC, messages });
  await producer.disconnect();
  await deleteBelow(TOPIC, 5n);
  await commitOffsets(new Map([[GROUP, { [TOPIC]: [11, null] }]]));
});

async function offsets(asked: Partial<OffsetsAsked>): Promise<(string | null)[][]> {
  const { partitions, failures } = await resolveOffsets(
    scanLinks(),
    {
      ...{ topics: [TOPIC], partitions: null, start: { kind: "oldest" }, end: { kind: "end" } },
      ...{ isolation: "read_committed", ...asked },
    },
    AbortSignal.timeout(20_000),
  );
  expect(failures).toEqual([]);
  return partitions.map(({ fromOffset, toOffset, note }) => [`${fromOffset}-${toOffset}`, note]);
}

test.each<{ name: string; asked: Partial<OffsetsAsked>; ranges: string[] }>([
  { name: "oldest", asked: {}, ranges: ["5-20", "0-0"] },
  { name: "newest is the whole log", asked: { start: { kind: "newest" } }, ranges: ["5-20", "0-0"] },
  { name: "live begins at the end", asked: { start: { kind: "live" } }, ranges: ["20-20", "0-0"] },
  {
    name: "a time is the first record that is not older",
    asked: { start: { kind: "time", at: BEGAN_AT + 9_500 } },
    ranges: ["10-20", "0-0"],
  },
  {
    name: "from and to a time",
    asked: { start: { kind: "time", at: BEGAN_AT + 9_000 }, end: { kind: "time", at: BEGAN_AT + 12_000 } },
    ranges: ["9-12", "0-0"],
  },
  {
    name: "a time behind the last record is the end",
    asked: { start: { kind: "time", at: Date.now() + 60_000 } },
    ranges: ["20-20", "0-0"],
  },
  {
    name: "offsets",
    asked: { start: { kind: "offset", offset: 7n }, end: { kind: "offset", offset: 9n }, partitions: [0] },
    ranges: ["7-9"],
  },
  {
    name: "an end before the start leaves nothing",
    asked: { start: { kind: "offset", offset: 9n }, end: { kind: "offset", offset: 7n }, partitions: [0] },
    ranges: ["9-9"],
  },
])("$name", async ({ asked, ranges }) => {
  expect((await offsets(asked)).map(([range]) => range)).toEqual(ranges);
});

test("a group's commit, and the start of the log where it has none, which is said", async () => {
  expect(await offsets({ start: { kind: "group", group: GROUP } })).toEqual([
    ["11-20", null],
    ["0-0", "The group has no commit here: it begins at the start."],
  ]);
});

test("an offset outside the log becomes the nearest, which is said", async () => {
  expect(await offsets({ start: { kind: "offset", offset: 2n }, partitions: [0] })).toEqual([
    ["5-20", "The offset asked for, 2, lies before the log's start: it begins at 5."],
  ]);
  expect(await offsets({ start: { kind: "offset", offset: 99n }, partitions: [0] })).toEqual([
    ["20-20", "The offset asked for, 99, lies behind the log's end: it begins at 20."],
  ]);
});

test("a topic and a partition that are not there are failures, and the others are told", async () => {
  const { partitions, failures } = await resolveOffsets(
    scanLinks(),
    {
      ...{ topics: [TOPIC, `${prefix}.missing`], partitions: [0, 9], start: { kind: "oldest" } },
      ...{ end: { kind: "end" }, isolation: "read_uncommitted" },
    },
    AbortSignal.timeout(20_000),
  );
  expect(partitions.map((each) => each.partition)).toEqual([0]);
  expect(failures).toEqual([
    { subject: `topic ${TOPIC} 9`, reason: "The topic has no such partition." },
    { subject: `topic ${prefix}.missing`, reason: "It cannot be read (UNKNOWN_TOPIC_OR_PARTITION)." },
  ]);
});
