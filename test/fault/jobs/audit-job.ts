import { partitionFor } from "#kit/partition.ts";
import {
  auditTopics,
  type AuditedHeader,
  type AuditedRecord,
  type AuditedTopic,
} from "#test/support/java-audit/java-audit.ts";
import { withClient } from "#test/support/template-database.ts";
import type { JobServers } from "./servers.ts";

/** A planned record as the console keeps it. */
export interface PlannedRow {
  seq: bigint;
  partition: number;
  offset: bigint;
  outcome: string;
  /** Why it is not sent: a code of ReasonCount. */
  code: string | null;
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
  /** The dead letters as they were written; read once a round, before anything may remove them. */
  source: readonly AuditedRecord[];
  /** Where the copies went, and how many partitions it has. */
  target: { topic: string; partitions: number };
  /** The hop that the copies of what came back are on; 1 unless said. */
  hop?: number;
  /** What was read of the target before it was taken away; the target itself is read where it is left out. */
  readings?: TargetReadings;
}

/** A target as it was read in both isolations. */
export interface TargetReadings {
  committed: AuditedTopic;
  uncommitted: AuditedTopic;
}

/** readTarget reads a topic by Java in both isolations. */
export async function readTarget({ java }: Pick<JobServers, "java">, topic: string): Promise<TargetReadings> {
  const [committed, uncommitted] = await auditTopics(java, [
    { topic, isolation: "read_committed" },
    { topic, isolation: "read_uncommitted" },
  ]);
  if (committed === undefined || uncommitted === undefined) throw new Error(`${topic} was not read`);
  return { committed, uncommitted };
}

/** copiesOf are the copies of a job among what was read of a topic. */
export const copiesOf = (job: { id: string }, { records }: AuditedTopic): AuditedRecord[] =>
  records.filter((record) => textOf(record.headers, "sluice-job") === job.id);

const SENT = new Set(["sent", "passed", "returned", "unknown"]);
const FIRST_ORIGIN = new Set(["dlt-topic", "dlt-partition", "dlt-offset", "dlt-timestamp"]);

/**
 * auditJob compares the target, read by Java in both isolations, with the plan and the ledger of outcomes. Answers what
 * was counted and what is wrong, in words; empty if nothing is.
 */
export async function auditJob(
  servers: Pick<JobServers, "java">,
  job: AuditedJob,
): Promise<{ audit: JobAudit; faults: string[]; rows: PlannedRow[] }> {
  const { committed, uncommitted } = job.readings ?? (await readTarget(servers, job.target.topic));
  const { rows, aborted } = await readJob(job);
  const faults: string[] = [];
  const copies = copiesOf(job, committed);
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
    uncommitted: copiesOf(job, uncommitted).length,
    ...{ lost: count("lost"), twice: count("twice"), changed: count("changed"), outOfOrder },
  };
  faults.push(...problems.slice(0, 5).map(({ words }) => words));
  faults.push(...totalFaults(audit));
  if (job.readings === undefined) faults.push(...openFaults(audit, { committed, uncommitted }));
  return { audit, faults, rows };
}

async function readJob({
  databaseUrl,
  number,
}: AuditedJob): Promise<{ rows: PlannedRow[]; aborted: number }> {
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<Record<string, string | number | null>>(
      `SELECT seq, partition, record_offset, outcome, reason_code, target_partition, target_offset
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
  code: row["reason_code"] === null ? null : String(row["reason_code"]),
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
  const headers = source.headers.filter(
    ({ name }) => !(name.startsWith("dlt-") && !FIRST_ORIGIN.has(name)) && name !== "retry-attempt",
  );
  const origin = ["dlt-partition", "dlt-offset"].map((name) => textOf(source.headers, name)).join(":");
  const unkeyed = Number(textOf(source.headers, "dlt-partition")) % job.target.partitions;
  const own = headers.filter(({ name }) => !name.startsWith("sluice-"));
  const hop = headers.length > own.length ? (job.hop ?? 1) : 1;
  const expected = { ...source, headers: own, origin, unkeyed, hop };
  return differencesOf(copy, { ...expected, partitions: job.target.partitions });
}

/** What a copy must be like. */
interface ExpectedCopy extends Pick<AuditedRecord, "key" | "value" | "headers"> {
  /** `<partition>:<offset>` where the record was first written. */
  origin: string;
  /** Where it goes without a key. */
  unkeyed: number;
  partitions: number;
  hop: number;
}

/** differencesOf tells what of a copy is not as it must be, in words. */
export function differencesOf(copy: AuditedRecord, expected: ExpectedCopy): string[] {
  const own = copy.headers.filter(({ name }) => !name.startsWith("sluice-"));
  const lineage = copy.headers.filter(({ name }) => name.startsWith("sluice-")).map(({ name }) => name);
  const { key, partitions } = expected;
  const partition = key === null ? expected.unkeyed : partitionFor(Buffer.from(key, "hex"), partitions);
  return wordsOfFailed([
    [copy.key === key, "has another key"],
    [copy.value === expected.value, "has another value"],
    [JSON.stringify(own) === JSON.stringify(expected.headers), "has other headers"],
    [
      new Set(lineage).size === lineage.length && lineage.length === 5,
      `tells its lineage by ${lineage.join()}`,
    ],
    [textOf(copy.headers, "sluice-hop") === String(expected.hop), `is not on hop ${expected.hop}`],
    [textOf(copy.headers, "sluice-origin")?.endsWith(`:${expected.origin}`) === true, "tells another origin"],
    [copy.partition === partition, "lies in another partition than its key says"],
  ]);
}

/** textOf is the text of the last header of a name. */
export const textOf = (headers: readonly AuditedHeader[], name: string): string | null => {
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

const wordsOfFailed = (demands: readonly (readonly [boolean, string])[]): string[] =>
  demands.filter(([holds]) => !holds).map(([, words]) => words);

function totalFaults({ planned, pending, committed, sent, outOfOrder }: JobAudit): string[] {
  return wordsOfFailed([
    [planned > 0, "nothing was planned"],
    [pending === 0, `${pending} rows are neither sent nor given up`],
    [committed === sent, `${committed} copies for ${sent} rows that were sent`],
    [outOfOrder === 0, `${outOfOrder} copies out of order`],
  ]);
}

/** openFaults tells what read_uncommitted readers see and nobody counted, and transactions that are open. */
export function openFaults(
  { committed, uncommitted, aborted }: Pick<JobAudit, "committed" | "uncommitted" | "aborted">,
  read: TargetReadings,
): string[] {
  const ends = ({ partitions }: AuditedTopic): string => partitions.map(({ end }) => end).join();
  return wordsOfFailed([
    [
      uncommitted === committed + aborted,
      `${uncommitted} uncommitted, ${committed} committed, ${aborted} counted as aborted`,
    ],
    [ends(read.committed) === ends(read.uncommitted), "a transaction is still open"],
  ]);
}

/** addAudits sums what was counted of several jobs. */
export function addAudits(audits: readonly JobAudit[]): JobAudit {
  const names = ["planned", "sent", "refused", "failed", "pending", "committed", "uncommitted"] as const;
  const wrong = ["aborted", "lost", "twice", "changed", "outOfOrder"] as const;
  const sum = (name: keyof JobAudit): number => audits.reduce((all, each) => all + each[name], 0);
  return Object.fromEntries([...names, ...wrong].map((name) => [name, sum(name)])) as unknown as JobAudit;
}
