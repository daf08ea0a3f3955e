import { beforeAll, expect, test } from "vitest";
import type { RecordView } from "#lib/adapters/kafka/scan/types.ts";
import { topicPrefix } from "#test/support/kafka.ts";
import { until } from "#test/support/until.ts";
import { digestOf, oddRecords, type OddLine } from "./odd-records.ts";
import { closeLinksAfterEach, scanAll, scanLinks } from "./open-scan-links.ts";

const RECORDS = 100_000;
const prefix = topicPrefix();
const ODD = `${prefix}.odd`;
const STAMPED = `${prefix}.stamped`;
const COMPACTED = `${prefix}.compacted`;
/** 5,000 were written with 50 keys. */
const WRITTEN_COMPACTED = 5_000;
let written: OddLine[] = [];
closeLinksAfterEach();

beforeAll(async () => {
  written = await oddRecords("write", prefix, String(RECORDS));
}, 120_000);

const linesOf = (lines: readonly OddLine[], topic: string, partition: number): string[] =>
  lines
    .filter((each) => each.topic === topic && each.partition === partition)
    .sort((a, b) => Number(a.offset - b.offset))
    .map(({ offset, digest }) => `${offset} ${digest}`);
const linesRead = (records: readonly RecordView[] | undefined): string[] =>
  (records ?? []).map((each) => `${each.offset} ${digestOf(each)}`);

test("100,000 records of every odd shape and codec are read as Java wrote them, the aborted ones left out", async () => {
  const committed = written.filter((each) => each.committed && each.topic === ODD);
  // Small answers: a transaction spans many of them.
  const { records, outcomes } = await scanAll(scanLinks(), { topics: [ODD] }, { partitionBytes: 64 * 1024 });
  expect(written.length).toBeGreaterThanOrEqual(RECORDS);
  expect(outcomes.flatMap((each) => each.failures)).toEqual([]);
  for (const partition of [0, 1, 2, 3])
    expect(linesRead(records.get(`${ODD} ${partition}`))).toEqual(linesOf(committed, ODD, partition));
});

test("a read_uncommitted scan gives the aborted records too", async () => {
  const { records } = await scanAll(scanLinks(), { topics: [ODD], isolation: "read_uncommitted" });
  expect(written.filter((each) => !each.committed).length).toBeGreaterThan(1_000);
  for (const partition of [0, 1, 2, 3])
    expect(linesRead(records.get(`${ODD} ${partition}`))).toEqual(linesOf(written, ODD, partition));
});

test("a topic stamped by the broker gives the broker's time", async () => {
  const { records } = await scanAll(scanLinks(), { topics: [STAMPED] });
  const read = records.get(`${STAMPED} 0`) ?? [];
  expect(read[0]?.stampedBy).toBe("broker");
  expect(linesRead(read)).toEqual(linesOf(written, STAMPED, 0));
});

test("a compacted topic is read across its gaps as Java's consumer reads it", async () => {
  const links = scanLinks();
  await until(
    async () => {
      const { records } = await scanAll(links, { topics: [COMPACTED] });
      const read = records.get(`${COMPACTED} 0`) ?? [];
      if (read.length > WRITTEN_COMPACTED / 2) return false;
      // The cleaner may come by between the two: then they are read again.
      const java = linesOf(await oddRecords("read", COMPACTED), COMPACTED, 0);
      return java.length === read.length && java.join("\n") === linesRead(read).join("\n");
    },
    { limitMs: 60_000, everyMs: 1_000, what: "compaction, and the same records by both readers" },
  );
});
