import { partitionFor } from "#kit/partition.ts";
import { auditTopics, type AuditedHeader, type AuditedRecord } from "#test/support/java-audit/java-audit.ts";
import { withClient } from "#test/support/template-database.ts";
import type { RoundTopics } from "./dead-letters.ts";
import type { JobServers } from "./servers.ts";

/** A planned record as the console keeps it. */
interface PlannedRow {
  seq: bigint;
  partition: number;
  offset: bigint;
  outcome: string;
  reason: string | null;
  targetPartition: number | null;
  targetOffset: bigint | null;
}

/** What was counted after a round. */
export interface JobAudit {
  planned: number;
  /** Rows that the console counts as sent, settled or not. */
  sent: number;
  refused: number;
  failed: number;
  /** Rows that have neither been sent nor given up. */
  pending: number;
  /** Records in the target for read_committed readers. */
  committed: number;
  /** Records in the target for read_uncommitted readers. */
  uncommitted: number;
  /** Copies that the job says were never committed. */
  aborted: number;
  lost: number;
  twice: number;
  changed: number;
  outOfOrder: number;
}

/** What is audited, and where. */
export interface AuditedJob {
  databaseUrl: string;
  number: number;
  id: string;
  topics: RoundTopics;
  /** The dead letters as they were written; read once a round, before anything may remove them. */
  source: readonly AuditedRecord[];
  /** Where the copies went, and how many partitions it has. */
  target: { topic: string; partitions: number };
}

const SENT = new Set(["sent", "passed", "returned", "unknown"]);
const FIRST_ORIGIN = new Set(["dlt-topic", "dlt-partition", "dlt-offset", "dlt-timestamp"]);

/**
 * auditJob compares the target, read by Java in both isolations, with the plan and the ledger of outcomes. Answers what
 * was counted and what is wrong, in words; empty if nothing is.
 */
export async function auditJob(
  { java }: Pick<JobServers, "java">,
  job: AuditedJob,
): Promise<{ audit: JobAudit; faults: string[] }> {
  const { topic } = job.target;
  const [committed, uncommitted] = await auditTopics(java, [
    { topic, isolation: "read_committed" },
    { topic, isolation: "read_uncommitted" },
  ]);
  const { rows, aborted } = await readJob(job);
  const faults: string[] = [];
  const ours = (records: readonly AuditedRecord[] = []) =>
    records.filter((record) => textOf(record.headers, "sluice-job") === job.id);
  const copies = ours(committed?.records);
  const bySeq = copiesBySeq(job, copies, faults);
  const sources = new Map(job.source.map((record) => [`${record.partition}:${record.offset}`, record]));
  const problems = rows.flatMap((row) => {
    const source = sources.get(`${row.partition}:${row.offset}`);
    return problemsOfRow(job, { row, source, copies: bySeq.get(row.seq) ?? [] });
  });
  const count = (kind: Problem["kind"]): number => problems.filter((each) => each.kind === kind).length;
  const outOfOrder = outOfOrderIn(copies);
  const of = (...outcomes: string[]): number =>
    rows.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const audit: JobAudit = {
    ...{
      planned: rows.length,
      sent: of(...SENT),
      refused: of("refused", "held"),
      failed: of("failed", "cancelled"),
    },
    ...{ pending: of("pending"), committed: copies.length, aborted },
    uncommitted: ours(uncommitted?.records).length,
    ...{ lost: count("lost"), twice: count("twice"), changed: count("changed"), outOfOrder },
  };
  faults.push(...problems.slice(0, 5).map(({ words }) => words));
  faults.push(...totalFaults(audit, { committed, uncommitted }));
  return { audit, faults };
}

async function readJob({
  databaseUrl,
  number,
}: AuditedJob): Promise<{ rows: PlannedRow[]; aborted: number }> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<Record<string, string | number | null>>(
      `SELECT seq, partition, record_offset, outcome, reason, target_partition, target_offset
         FROM job_record WHERE job_number = $1 ORDER BY seq`,
      [number],
    );
    const counted = await client.query<{ aborted: string }>("SELECT aborted FROM job WHERE number = $1", [
      number,
    ]);
    return { rows: rows.map(rowOf), aborted: Number(counted.rows[0]?.aborted ?? 0) };
  });
}

const rowOf = (row: Record<string, string | number | null>): PlannedRow => ({
  seq: BigInt(row["seq"] ?? -1),
  partition: Number(row["partition"]),
  offset: BigInt(row["record_offset"] ?? -1),
  outcome: String(row["outcome"]),
  reason: row["reason"] === null ? null : String(row["reason"]),
  targetPartition: row["target_partition"] === null ? null : Number(row["target_partition"]),
  targetOffset: row["target_offset"] === null ? null : BigInt(row["target_offset"] ?? -1),
});

/** The copies by the row that their `sluice-redrive-id` names; what names none is a fault. */
function copiesBySeq(
  { id }: AuditedJob,
  copies: readonly AuditedRecord[],
  faults: string[],
): Map<bigint, AuditedRecord[]> {
  const bySeq = new Map<bigint, AuditedRecord[]>();
  for (const copy of copies) {
    const told = /^(.*):(\d+)$/.exec(textOf(copy.headers, "sluice-redrive-id") ?? "");
    if (told?.[1] !== id) {
      faults.push(`the copy at ${copy.partition}:${copy.offset} tells no row of its job`);
      continue;
    }
    const seq = BigInt(told[2] ?? -1);
    bySeq.set(seq, [...(bySeq.get(seq) ?? []), copy]);
  }
  return bySeq;
}

interface Problem {
  kind: "lost" | "twice" | "changed" | "unexpected";
  words: string;
}

function problemsOfRow(
  job: AuditedJob,
  {
    row,
    source,
    copies,
  }: { row: PlannedRow; source: AuditedRecord | undefined; copies: readonly AuditedRecord[] },
): Problem[] {
  const say = (kind: Problem["kind"], words: string): Problem => ({ kind, words: `row ${row.seq} ${words}` });
  const [copy] = copies;
  if (!SENT.has(row.outcome))
    return copies.length === 0 ? [] : [say("unexpected", `is ${row.outcome} and was sent all the same`)];
  if (copy === undefined) return [say("lost", `is ${row.outcome} and is not in the target`)];
  if (copies.length > 1) return [say("twice", `was sent ${copies.length} times`)];
  if (copy.partition !== row.targetPartition || copy.offset !== row.targetOffset)
    return [say("changed", `lies at ${copy.partition}:${copy.offset}, not where the job says`)];
  if (source === undefined) return [say("unexpected", "has no source that this test wrote")];
  return differences(job, source, copy).map((words) => say("changed", words));
}

/** What differs between a copy and the dead letter, byte for byte, less what a copy is said to change. */
function differences(job: AuditedJob, source: AuditedRecord, copy: AuditedRecord): string[] {
  const own = (headers: readonly AuditedHeader[]) =>
    headers.filter(({ name }) => !name.startsWith("sluice-"));
  const kept = source.headers.filter(
    ({ name }) => !(name.startsWith("dlt-") && !FIRST_ORIGIN.has(name)) && name !== "retry-attempt",
  );
  const lineage = copy.headers.filter(({ name }) => name.startsWith("sluice-")).map(({ name }) => name);
  const place = ["dlt-partition", "dlt-offset"].map((name) => textOf(source.headers, name)).join(":");
  const partition =
    source.key === null
      ? Number(textOf(source.headers, "dlt-partition")) % job.target.partitions
      : partitionFor(Buffer.from(source.key, "hex"), job.target.partitions);
  const demands: [boolean, string][] = [
    [copy.key === source.key, "has another key"],
    [copy.value === source.value, "has another value"],
    [JSON.stringify(own(copy.headers)) === JSON.stringify(own(kept)), "has other headers"],
    [
      new Set(lineage).size === lineage.length && lineage.length === 5,
      `tells its lineage by ${lineage.join()}`,
    ],
    [textOf(copy.headers, "sluice-hop") === "1", "is not on its first hop"],
    [textOf(copy.headers, "sluice-origin")?.endsWith(`:${place}`) === true, "tells another origin"],
    [copy.partition === partition, "lies in another partition than its key says"],
  ];
  return demands.filter(([holds]) => !holds).map(([, words]) => words);
}

const textOf = (headers: readonly AuditedHeader[], name: string): string | null => {
  const value = headers.findLast((header) => header.name === name)?.value ?? null;
  return value === null ? null : Buffer.from(value, "hex").toString("utf8");
};

/** Copies that lie before one of an earlier row, in their partition. */
function outOfOrderIn(copies: readonly AuditedRecord[]): number {
  const last = new Map<number, bigint>();
  let found = 0;
  for (const copy of copies) {
    const seq = BigInt(/:(\d+)$/.exec(textOf(copy.headers, "sluice-redrive-id") ?? "")?.[1] ?? -1);
    if (seq < (last.get(copy.partition) ?? -1n)) found += 1;
    last.set(copy.partition, seq);
  }
  return found;
}

type Reading = Awaited<ReturnType<typeof auditTopics>>[number] | undefined;

function totalFaults(audit: JobAudit, read: { committed: Reading; uncommitted: Reading }): string[] {
  const ends = (reading: Reading): string => (reading?.partitions ?? []).map(({ end }) => end).join();
  const { committed, uncommitted, aborted, sent, pending, outOfOrder } = audit;
  const demands: [boolean, string][] = [
    [audit.planned > 0, "nothing was planned"],
    [pending === 0, `${pending} rows are neither sent nor given up`],
    [committed === sent, `${committed} copies for ${sent} rows that were sent`],
    [
      uncommitted === committed + aborted,
      `${uncommitted} uncommitted, ${committed} committed, ${aborted} counted as aborted`,
    ],
    [outOfOrder === 0, `${outOfOrder} copies out of order`],
    [ends(read.committed) === ends(read.uncommitted), "a transaction is still open"],
  ];
  return demands.filter(([holds]) => !holds).map(([, words]) => words);
}
