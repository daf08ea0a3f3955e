import { offsetsOfText } from "#lib/adapters/db/samples.sql.ts";

/** A raw sample of a group on one topic, summed over partitions. */
export interface SampleSums {
  /** null where no partition has a commit. */
  committed: number | null;
  /** null where no end was stored. */
  ended: number | null;
  /** null where no partition has a commit, and where one of them has no end: a part of a sum would be a wrong number. */
  lag: number | null;
  /** Partitions with a commit. */
  known: number;
}

type Offsets = readonly (number | null)[];

/**
 * RawOffsets reads the offsets of raw samples of one series, one array a sample in PostgreSQL's text with commas in
 * between (`{1,NULL},{2,3}`). As JSON, the fastest way; beyond 2^53, where a number is not exact, as text.
 */
export class RawOffsets {
  readonly #text: string;
  readonly #samples: readonly Offsets[];
  #exact: string[] | undefined;

  constructor(text: string) {
    this.#text = text;
    const json = text.replaceAll("{", "[").replaceAll("}", "]").replaceAll("NULL", "null");
    this.#samples = JSON.parse(`[${json}]`) as Offsets[];
  }

  numbersOf(index: number): Offsets {
    return this.#samples[index] ?? [];
  }

  exactOf(index: number): (bigint | null)[] {
    this.#exact ??= this.#text.slice(1, -1).split("},{");
    return offsetsOfText(`{${this.#exact[index] ?? ""}}`);
  }
}

/** sumsOf sums one sample of commits up with the ends of the same sweep; exact until its sums become numbers. */
export function sumsOf(
  commits: { of: RawOffsets; index: number },
  ends: { of: RawOffsets; index: number } | null,
): SampleSums {
  const sums = fastSums(commits.of.numbersOf(commits.index), ends?.of.numbersOf(ends.index) ?? []);
  if (sums !== null) return sums;
  return exactSums(commits.of.exactOf(commits.index), ends?.of.exactOf(ends.index) ?? []);
}

/** null where a number on the way may not be exact: no sum is less than what it is made of. */
function fastSums(commits: Offsets, ends: Offsets): SampleSums | null {
  let [committed, ended, lag, known, ending, endless] = [0, 0, 0, 0, 0, false];
  const width = Math.max(commits.length, ends.length);
  for (let partition = 0; partition < width; partition++) {
    const commit = commits[partition] ?? null;
    const end = ends[partition] ?? null;
    if (end !== null) {
      ended += end;
      ending += 1;
    }
    if (commit === null) continue;
    committed += commit;
    known += 1;
    if (end === null) endless = true;
    else if (end > commit) lag += end - commit;
  }
  if (committed > Number.MAX_SAFE_INTEGER || ended > Number.MAX_SAFE_INTEGER) return null;
  return {
    committed: known === 0 ? null : committed,
    ended: ending === 0 ? null : ended,
    lag: known === 0 || endless ? null : lag,
    known,
  };
}

function exactSums(commits: readonly (bigint | null)[], ends: readonly (bigint | null)[]): SampleSums {
  const lags = commits.flatMap((commit, partition) => {
    const end = ends[partition] ?? null;
    return commit === null || end === null ? [] : [end > commit ? end - commit : 0n];
  });
  const known = commits.filter((commit) => commit !== null);
  const endless = lags.length < known.length;
  return {
    committed: known.length === 0 ? null : total(known),
    ended: ends.every((end) => end === null) ? null : total(ends),
    lag: known.length === 0 || endless ? null : total(lags),
    known: known.length,
  };
}

const total = (values: readonly (bigint | null)[]): number =>
  Number(values.reduce<bigint>((sum, value) => sum + (value ?? 0n), 0n));
