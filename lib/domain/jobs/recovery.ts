import type { LedgerEntry, LedgerWriter } from "#lib/domain/jobs/ledger-entry.ts";

/** A job older than this is closed: the ledger keeps its entries 30 days. */
const OLDEST_MS = 14 * 24 * 3_600_000;

/** tooOldReason is why a job cannot go on; null where it can. */
export function tooOldReason(startedAt: number | null, now: number): string | null {
  if (startedAt === null || now - startedAt < OLDEST_MS) return null;
  return "It was started more than 14 days ago: what the ledger keeps may not prove all of it any more. Plan the rest anew.";
}

/** A row that was not sent as far as the checkpoint knows. */
export interface PendingRow {
  seq: bigint;
  target: { topic: string; partition: number };
}

/** What an entry of the ledger says of the rows that it covers, or why it cannot be about them. */
export type EntryRows = { sent: { seq: bigint; offset: bigint }[]; skipped: bigint[] } | { problem: string };

const placeKey = ({ topic, partition }: { topic: string; partition: number }): string =>
  `${partition} ${topic}`;

/**
 * rowsOfEntry tells which of the pending rows an entry proves as sent, and where their copies lie: a partition's rows,
 * in the plan's order, take its offsets one after the other. `rows` are those with `from` <= seq < `to`.
 */
export function rowsOfEntry(entry: LedgerEntry, rows: readonly PendingRow[]): EntryRows {
  const skipped = new Set(entry.skipped);
  const offsets = new Map<string, bigint[]>();
  for (const each of entry.targets) {
    const known = offsets.get(placeKey(each)) ?? [];
    for (let nth = 0; nth < each.count; nth += 1) known.push(each.baseOffset + BigInt(nth));
    offsets.set(placeKey(each), known);
  }
  const answer: { sent: { seq: bigint; offset: bigint }[]; skipped: bigint[] } = { sent: [], skipped: [] };
  for (const { seq, target } of rows) {
    if (skipped.has(seq)) {
      answer.skipped.push(seq);
      continue;
    }
    const offset = offsets.get(placeKey(target))?.shift();
    if (offset === undefined)
      return { problem: `The ledger tells of no copy of record ${seq}, and the plan has it sent.` };
    answer.sent.push({ seq, offset });
  }
  const left = [...offsets.values()].reduce((sum, each) => sum + each.length, 0);
  if (left > 0) return { problem: `The ledger tells of ${left} copies that the plan has no rows for.` };
  return answer;
}

/**
 * provenEntries leaves out entries that came too late: whoever wrote one had lost the job, and its successor, which had
 * not seen it, began before its end and sent those records again. Transactions are fenced, so that there is none; without
 * them one may lie anywhere in the ledger. The order stays.
 */
export function provenEntries(entries: readonly LedgerEntry[]): LedgerEntry[] {
  const begins = new Map<number | null, { by: LedgerWriter; from: bigint }[]>();
  for (const { range, from, by = FIRST_WRITER } of entries) {
    const writers = begins.get(range) ?? [];
    begins.set(range, writers);
    const known = writers.find((each) => isLater(each.by, by) === isLater(by, each.by));
    if (known === undefined) writers.push({ by, from });
    else if (from < known.from) known.from = from;
  }
  return entries.filter(
    ({ range, to, by = FIRST_WRITER }) =>
      !(begins.get(range) ?? []).some((each) => isLater(each.by, by) && each.from < to),
  );
}

const FIRST_WRITER: LedgerWriter = { epoch: 0, recovery: 0 };

const isLater = (a: LedgerWriter, b: LedgerWriter): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.recovery > b.recovery);

/** ledgeredRuns are the copies of one partition that entries tell of. */
export function ledgeredRuns(
  entries: readonly LedgerEntry[],
  place: { topic: string; partition: number },
): { baseOffset: bigint; count: number }[] {
  return entries.flatMap(({ targets }) =>
    targets
      .filter((each) => placeKey(each) === placeKey(place))
      .map(({ baseOffset, count }) => ({ baseOffset, count })),
  );
}

/** Where the copies of a job end in a partition: the offset behind the last ledgered one. */
export function ledgeredEnds(entries: readonly LedgerEntry[]): Map<string, bigint> {
  const ends = new Map<string, bigint>();
  for (const { targets } of entries)
    for (const target of targets) {
      const end = target.baseOffset + BigInt(target.count);
      const known = ends.get(placeKey(target));
      if (known === undefined || end > known) ends.set(placeKey(target), end);
    }
  return ends;
}

/** ledgeredEnd is {@link ledgeredEnds} of one partition; null where nothing of it is ledgered. */
export function ledgeredEnd(
  ends: ReadonlyMap<string, bigint>,
  place: { topic: string; partition: number },
): bigint | null {
  return ends.get(placeKey(place)) ?? null;
}

/**
 * countedFurther is up to where targets are looked through when they end where `ends` says: never less than before, so
 * that a partition whose end nobody tells for a moment (null, or no entry) is not looked through twice.
 */
export function countedFurther(
  countedTo: ReadonlyMap<string, readonly bigint[]>,
  ends: ReadonlyMap<string, readonly (bigint | null)[]>,
): Map<string, bigint[]> {
  const further = new Map([...countedTo].map(([topic, known]) => [topic, [...known]]));
  for (const [topic, told] of ends) {
    const known = further.get(topic) ?? [];
    const all = Array.from({ length: Math.max(known.length, told.length) }, (_, partition) => {
      const [before, now] = [known[partition] ?? 0n, told[partition] ?? 0n];
      return now > before ? now : before;
    });
    further.set(topic, all);
  }
  return further;
}
