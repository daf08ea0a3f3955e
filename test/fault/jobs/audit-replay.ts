import type { AuditedRecord } from "#test/support/java-audit/java-audit.ts";
import { withClient } from "#test/support/template-database.ts";
import {
  copiesOf,
  differencesOf,
  openFaults,
  readTarget,
  textOf,
  type AuditedJob,
  type JobAudit,
} from "./audit-job.ts";
import type { JobServers } from "./servers.ts";

/** What a job of ranges says of itself. */
interface ReplayRows {
  counts: Record<string, number>;
  aborted: number;
  ranges: { range: number; partition: number; from: bigint; to: bigint }[];
  /** Rows that are not sent: their offsets from the reason. */
  gaps: { partition: number; from: bigint; to: bigint; code: string | null }[];
}

/**
 * auditReplay compares the target of a replay, read by Java in both isolations, with its source as it was written, with
 * the counts and with the rows of what could not be sent: every record is in the target once, or in one gap.
 */
export async function auditReplay(
  servers: Pick<JobServers, "java">,
  job: AuditedJob,
): Promise<{ audit: JobAudit; faults: string[]; gaps: number }> {
  const read = await readTarget(servers, job.target.topic);
  const said = await readRows(job);
  const copies = copiesOf(job, read.committed);
  const places = placesOf(job, copies, said);
  const wrong = { lost: 0, twice: 0, changed: 0, unexpected: 0 };
  const words: string[] = [];
  const note = (kind: keyof typeof wrong, sentence: string): void => {
    wrong[kind] += 1;
    if (words.length < 5) words.push(sentence);
  };
  let [planned, lostOffsets] = [0, 0];
  for (const source of job.source) {
    const place = `${source.partition}:${source.offset}`;
    if (!said.ranges.some((range) => holds(range, source))) continue;
    planned += 1;
    const gaps = said.gaps.filter((gap) => holds(gap, source)).length;
    lostOffsets += gaps;
    const found = places.get(place) ?? [];
    if (found.length + gaps === 0) note("lost", `${place} is neither sent nor told as lost`);
    if (found.length > 0 && gaps > 0) note("unexpected", `${place} is told as lost and was sent`);
    if (gaps > 1) note("unexpected", `${place} stands in ${gaps} rows`);
    if (found.length > 1) note("twice", `${place} was sent ${found.length} times`);
    const { partitions } = job.target;
    const unkeyed = source.partition % partitions;
    const expected = { ...source, origin: place, unkeyed, partitions, hop: 1 };
    for (const copy of found)
      for (const difference of differencesOf(copy, expected))
        note("changed", `the copy of ${place} ${difference}`);
  }
  const audit: JobAudit = {
    ...{ planned, sent: countsOfSent(said), refused: said.counts["refused"] ?? 0 },
    ...{ failed: said.counts["failed"] ?? 0, pending: said.counts["pending"] ?? 0, committed: copies.length },
    ...{ uncommitted: copiesOf(job, read.uncommitted).length, aborted: said.aborted, ...wrong },
    outOfOrder: outOfOrderIn(copies),
  };
  const odd = said.gaps.filter(({ code }) => code !== "gone").length;
  const demands: [boolean, string][] = [
    [planned > 0, "nothing was planned"],
    [audit.sent === copies.length, `${copies.length} copies, and the job counts ${audit.sent}`],
    [audit.failed === lostOffsets, `${lostOffsets} records are in gaps, and ${audit.failed} count as failed`],
    [audit.pending === 0, `${audit.pending} count as pending`],
    [odd === 0, `${odd} rows failed for another reason than a gap`],
    [audit.outOfOrder === 0, `${audit.outOfOrder} copies out of order`],
  ];
  const told = demands.filter(([kept]) => !kept).map(([, sentence]) => sentence);
  return { audit, faults: [...words, ...told, ...openFaults(audit, read)], gaps: said.gaps.length };
}

const holds = (
  range: { partition: number; from: bigint; to: bigint },
  { partition, offset }: AuditedRecord,
): boolean => range.partition === partition && offset >= range.from && offset < range.to;

const countsOfSent = ({ counts }: ReplayRows): number =>
  ["sent", "passed", "returned", "unknown"].reduce((sum, name) => sum + (counts[name] ?? 0), 0);

/** Copies by the place of the source that their `sluice-redrive-id` names. */
function placesOf(
  { id }: AuditedJob,
  copies: readonly AuditedRecord[],
  { ranges }: ReplayRows,
): Map<string, AuditedRecord[]> {
  const places = new Map<string, AuditedRecord[]>();
  for (const copy of copies) {
    const told = /^(.*):(\d+):(\d+)$/.exec(textOf(copy.headers, "sluice-redrive-id") ?? "");
    const range = ranges.find((each) => String(each.range) === told?.[2]);
    const place = told?.[1] === id && range !== undefined ? `${range.partition}:${told[3] ?? ""}` : "unknown";
    places.set(place, [...(places.get(place) ?? []), copy]);
  }
  return places;
}

/** Copies that lie before one of an earlier place of the source, in their partition. */
function outOfOrderIn(copies: readonly AuditedRecord[]): number {
  const last = new Map<string, bigint>();
  let found = 0;
  for (const copy of copies) {
    const [, range = "", offset = "-1"] = (textOf(copy.headers, "sluice-redrive-id") ?? "").split(":");
    const key = `${copy.partition} ${range}`;
    if (BigInt(offset) < (last.get(key) ?? -1n)) found += 1;
    last.set(key, BigInt(offset));
  }
  return found;
}

async function readRows({ databaseUrl, number }: AuditedJob): Promise<ReplayRows> {
  return withClient(databaseUrl, async (client) => {
    const job = await client.query<{ counts: Record<string, number>; aborted: string }>(
      "SELECT counts, aborted FROM job WHERE number = $1",
      [number],
    );
    const ranges = await client.query<{ range: number; partition: number; from: string; to: string }>(
      `SELECT range, partition, from_offset AS "from", to_offset AS "to" FROM job_range WHERE job_number = $1`,
      [number],
    );
    const rows = await client.query<{
      partition: number;
      record_offset: string;
      reason_code: string | null;
      reason: string | null;
    }>(
      `SELECT partition, record_offset, reason_code, reason FROM job_record
       WHERE job_number = $1 AND outcome = 'failed' ORDER BY seq`,
      [number],
    );
    return {
      counts: job.rows[0]?.counts ?? {},
      aborted: Number(job.rows[0]?.aborted ?? 0),
      ranges: ranges.rows.map((row) => ({ ...row, from: BigInt(row.from), to: BigInt(row.to) })),
      gaps: rows.rows.map(({ partition, record_offset: offset, reason_code: code, reason }) => {
        const told = /^Offsets (\d+) to (\d+) /.exec(reason ?? "");
        const from = BigInt(told?.[1] ?? offset);
        return { partition, code, from, to: BigInt(told?.[2] ?? offset) + 1n };
      }),
    };
  });
}
