import type { LedgerEntry } from "#lib/domain/jobs/ledger-entry.ts";

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
