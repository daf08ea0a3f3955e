/** A group as the gallery's list shows it. */
export interface SampleGroup {
  id: string;
  tone: "ok" | "warning" | "critical" | "neutral";
  word: string;
  lag: number | null;
  timeLagMs: number | null;
  drainsInMs: number | null;
  rate: number | null;
  members: number;
  spark: (number | null)[];
}

/** A repeatable wave between 0 and 1, so that pictures of the gallery can be compared. */
export function wave(index: number, seed: number): number {
  return (Math.sin(index / 7 + seed) + Math.sin(index / 3.1 + seed * 2.3) * 0.4 + 1.4) / 2.8;
}

/** Samples every 15 s of the hour before `now`. */
export function sampleInstants(now: number): number[] {
  return Array.from({ length: 240 }, (_, index) => now - (239 - index) * 15_000);
}

/** A series of `count` samples with an optional gap. */
export function sampleValues(seed: number, peak: number, gap?: readonly [number, number]): (number | null)[] {
  return Array.from({ length: 240 }, (_, index) =>
    gap !== undefined && index >= gap[0] && index < gap[1] ? null : Math.round(wave(index, seed) * peak),
  );
}

const NAMES = ["payments", "inventory", "notifications", "ledger", "audit", "search-indexer", "a/b c%d"];

function spark(seed: number, peak: number): (number | null)[] {
  return Array.from({ length: 40 }, (_, index) =>
    index > 20 && index < 24 && seed % 3 === 0 ? null : Math.round(wave(index, seed) * peak),
  );
}

const SPECIAL: Readonly<Record<number, Omit<SampleGroup, "id">>> = {
  0: {
    tone: "critical",
    word: "stalled",
    lag: 18_204,
    timeLagMs: 252_000,
    drainsInMs: null,
    rate: 0,
    members: 3,
    spark: Array.from({ length: 40 }, (_, place) => Math.round((place / 40) ** 2 * 18_204)),
  },
  1: {
    tone: "warning",
    word: "falls behind",
    lag: 3_412,
    timeLagMs: 41_000,
    drainsInMs: 7_800_000,
    rate: 118,
    members: 3,
    spark: spark(2, 3_400),
  },
  4: {
    tone: "neutral",
    word: "unknown",
    lag: null,
    timeLagMs: null,
    drainsInMs: null,
    rate: null,
    members: 0,
    spark: [],
  },
};

/** Groups of every state, `count` of them. */
export function sampleGroups(count: number): SampleGroup[] {
  return Array.from({ length: count }, (_, index) => ({
    id: NAMES[index] ?? `tenant-${String(index).padStart(4, "0")}`,
    ...(SPECIAL[index] ?? {
      tone: "ok",
      word: "keeps up",
      lag: index % 4,
      timeLagMs: 400,
      drainsInMs: null,
      rate: 120.4,
      members: 2,
      spark: spark(index, 8),
    }),
  }));
}
