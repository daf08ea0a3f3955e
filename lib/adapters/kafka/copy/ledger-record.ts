import type { CopyRecord } from "#lib/adapters/kafka/copy/copy-port.ts";
import { KafkaError } from "#lib/adapters/kafka/errors.ts";
import {
  LEDGER_TOPIC,
  ledgerPartitionOf,
  type LedgerEntry,
  type LedgerWriter,
} from "#lib/domain/jobs/ledger-entry.ts";

/** An entry as it is stored: offsets and positions as decimal text, skipped ones as runs, "4" or "4-9". */
interface StoredEntry {
  job: string;
  by?: LedgerWriter | undefined;
  range: number | null;
  from: string;
  to: string;
  skipped: string[];
  targets: { topic: string; partition: number; baseOffset: string; count: number }[];
}

/** ledgerRecordOf is the ledger's record of an entry; `now` is epoch ms. */
export function ledgerRecordOf(entry: LedgerEntry, now: number): CopyRecord {
  const stored: StoredEntry = {
    job: entry.job,
    by: entry.by,
    range: entry.range,
    from: String(entry.from),
    to: String(entry.to),
    skipped: runsOf(entry.skipped),
    targets: entry.targets.map((each) => ({ ...each, baseOffset: String(each.baseOffset) })),
  };
  return {
    topic: LEDGER_TOPIC,
    partition: ledgerPartitionOf(entry.job),
    key: Buffer.from(entry.job),
    value: Buffer.from(JSON.stringify(stored)),
    headers: [],
    timestamp: BigInt(now),
  };
}

/** entryOf reads an entry. Throws KafkaError `garbage` where it is not one: what is not understood proves nothing. */
export function entryOf(value: Buffer | null, at: string): LedgerEntry {
  try {
    const stored = JSON.parse(value?.toString("utf8") ?? "") as StoredEntry;
    return {
      job: stored.job,
      ...(stored.by === undefined ? {} : { by: stored.by }),
      range: stored.range,
      from: BigInt(stored.from),
      to: BigInt(stored.to),
      skipped: stored.skipped.flatMap(positionsOf),
      targets: stored.targets.map((each) => ({ ...each, baseOffset: BigInt(each.baseOffset) })),
    };
  } catch (error) {
    throw new KafkaError("garbage", `${at}: the ledger's record is not understood.`, error);
  }
}

function runsOf(positions: readonly bigint[]): string[] {
  const runs: { from: bigint; to: bigint }[] = [];
  for (const position of positions) {
    const last = runs.at(-1);
    if (last !== undefined && last.to + 1n === position) last.to = position;
    else runs.push({ from: position, to: position });
  }
  return runs.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
}

function positionsOf(run: string): bigint[] {
  const [from = "", to = from] = run.split("-");
  const first = BigInt(from);
  return Array.from({ length: Number(BigInt(to) - first) + 1 }, (_, n) => first + BigInt(n));
}
