import { durationPhrase, partitionsPhrase, ratePhrase, recordsPhrase } from "#lib/domain/time/phrase.ts";
import { WINDOW_LIMIT_MS } from "#lib/domain/time/sweep-beat.ts";

/** Verdicts on a group, worst first (protocol: REWIND > STALL > STOP > WARN > OK). */
export const VERDICTS = ["rewind", "stall", "stop", "warn", "ok", "unknown"] as const;
/** The verdicts that say that something is wrong, worst first. */
export const TROUBLED_VERDICTS = ["rewind", "stall", "stop", "warn"] as const satisfies readonly Verdict[];
export type Verdict = (typeof VERDICTS)[number];

/** A verdict needs this many samples, save where fewer prove it. */
export const WINDOW_SAMPLES = 15;
const GAPS_IN_WINDOW = 5;

/**
 * windowStart is the instant from which a verdict at `now` looks: 15 samples back, or five times the median gap
 * between the moves of this group's commits where that is longer (a group that commits once in 5 minutes is not
 * stuck after 3), 30 minutes at most.
 */
export function windowStart(
  now: number,
  samplesAt: readonly number[],
  medianMoveGapMs: number | null,
): number {
  const byCount = samplesAt[Math.max(0, samplesAt.length - WINDOW_SAMPLES)] ?? now;
  const byGap = medianMoveGapMs === null ? now : now - GAPS_IN_WINDOW * medianMoveGapMs;
  return Math.max(Math.min(byCount, byGap), now - WINDOW_LIMIT_MS);
}

/** One sample of one partition in the window. */
export interface WindowSample {
  at: number;
  committed: bigint | null;
  lag: number | null;
}

/** What the verdict of a partition is told from; `samples` are oldest first and end with the present one. */
export interface PartitionEvidence {
  samples: readonly WindowSample[];
  owned: boolean;
  /** A lag at or below this is no lag. */
  allowedLag: number;
}

/** A verdict with the sentence that says why. */
export interface Judgement {
  verdict: Verdict;
  reason: string;
}

/**
 * judgePartition gives the verdict of one partition (protocol, "Lag that cannot be read off offsets"; after Burrow,
 * which sees commit times; OffsetFetch has none). The order of the rules is the protocol's. Fewer than
 * {@link WINDOW_SAMPLES} samples prove OK and REWIND only.
 */
export function judgePartition({ samples, owned, allowedLag }: PartitionEvidence): Judgement {
  const last = samples.at(-1);
  const lag = last?.lag ?? null;
  if (last === undefined || lag === null) return { verdict: "unknown", reason: "Its lag is not known." };
  if (lag <= allowedLag)
    return { verdict: "ok", reason: lag === 0 ? "Everything is read." : "Within the allowed lag." };
  const span = durationPhrase(last.at - (samples[0]?.at ?? last.at));
  const enough = samples.length >= WINDOW_SAMPLES;
  const still = samples.every((each) => each.committed === last.committed);
  if (enough && still && !owned) {
    return { verdict: "stop", reason: `No member owns it and its commit has not moved for ${span}.` };
  }
  const peak = samples.reduce<bigint | null>((most, { committed }) => greater(most, committed), null);
  if (peak !== null && last.committed !== null && last.committed < peak) {
    return {
      verdict: "rewind",
      reason: `Its commit went back by ${recordsPhrase(Number(peak - last.committed))}.`,
    };
  }
  if (samples.some((each) => each.lag !== null && each.lag <= allowedLag)) {
    return { verdict: "ok", reason: `It was level within the last ${span}.` };
  }
  if (enough && still) {
    return {
      verdict: "stall",
      reason: `Its member commits nothing for ${span} while ${recordsPhrase(lag)} wait.`,
    };
  }
  if (fell(samples)) return { verdict: "ok", reason: "It works its lag off." };
  if (!enough) {
    return { verdict: "unknown", reason: `Too few samples yet: ${samples.length} of ${WINDOW_SAMPLES}.` };
  }
  return { verdict: "warn", reason: `Its lag has not fallen once in ${span}.` };
}

const greater = (a: bigint | null, b: bigint | null): bigint | null =>
  a === null || (b !== null && b > a) ? b : a;

function fell(samples: readonly WindowSample[]): boolean {
  let before: number | null = null;
  for (const { lag } of samples) {
    if (lag === null) continue;
    if (before !== null && lag < before) return true;
    before = lag;
  }
  return false;
}

/** What the verdict of a group is told from: the verdicts of its partitions, and numbers for the sentence. */
export interface GroupEvidence {
  partitions: readonly { judgement: Judgement; lag: number | null }[];
  lag: number | null;
  /** Records a second; null when unknown. */
  consumeRate: number | null;
  produceRate: number | null;
  /** How far the window of the verdict reaches, ms. */
  windowMs: number;
}

/**
 * judgeGroup gives a group the worst verdict of its partitions and one sentence. A partition that lags and cannot be
 * judged yet makes an otherwise healthy group `unknown`; one without a commit does not.
 */
export function judgeGroup(evidence: GroupEvidence): Judgement {
  const { partitions } = evidence;
  const bad = TROUBLED_VERDICTS.find((verdict) =>
    partitions.some((each) => each.judgement.verdict === verdict),
  );
  if (bad !== undefined) return { verdict: bad, reason: SENTENCES[bad](evidence, partitions) };
  const waiting = partitions.find((each) => each.judgement.verdict === "unknown" && (each.lag ?? 0) > 0);
  if (waiting !== undefined) return waiting.judgement;
  if (partitions.some((each) => each.judgement.verdict === "ok")) {
    return { verdict: "ok", reason: SENTENCES.ok(evidence, partitions) };
  }
  return { verdict: "unknown", reason: SENTENCES.unknown(evidence, partitions) };
}

type Sentence = (evidence: GroupEvidence, partitions: GroupEvidence["partitions"]) => string;

const having = (
  partitions: GroupEvidence["partitions"],
  verdict: Verdict,
): { count: number; lag: number } => {
  const those = partitions.filter((each) => each.judgement.verdict === verdict);
  return { count: those.length, lag: those.reduce((sum, each) => sum + (each.lag ?? 0), 0) };
};

const SENTENCES: Readonly<Record<Verdict, Sentence>> = {
  rewind: (_, partitions) => {
    const { count } = having(partitions, "rewind");
    return `Commits went back on ${partitionsPhrase(count)} and have not returned.`;
  },
  stall: ({ windowMs }, partitions) => {
    const { count, lag } = having(partitions, "stall");
    const whose = count === 1 ? "is stuck: its member commits" : "are stuck: their members commit";
    return `${partitionsPhrase(count)} ${whose} nothing for ${durationPhrase(windowMs)} while ${recordsPhrase(lag)} wait.`;
  },
  stop: ({ windowMs }, partitions) => {
    const { count, lag } = having(partitions, "stop");
    return `Nobody reads ${partitionsPhrase(count)}: no commit moved for ${durationPhrase(windowMs)}, ${recordsPhrase(lag)} wait.`;
  },
  warn: ({ consumeRate, produceRate, windowMs }, partitions) => {
    const { count } = having(partitions, "warn");
    const pace =
      consumeRate !== null && produceRate !== null && produceRate > consumeRate
        ? `commits advance ${ratePhrase(consumeRate)} while ${ratePhrase(produceRate)} arrive`
        : `lag has not fallen once in ${durationPhrase(windowMs)} on ${partitionsPhrase(count)}`;
    return `Falls behind: ${pace}; no partition is stuck.`;
  },
  ok: ({ lag, consumeRate, produceRate }) => {
    if (lag === null || lag === 0) return "Everything is read.";
    // Each partition may fall once in the window while the sum grows: more than a beat of arrivals is worth saying.
    const growing = consumeRate !== null && produceRate !== null && produceRate > 1.1 * consumeRate;
    if (!growing || lag <= 10 * produceRate) return `Keeps up: ${recordsPhrase(lag)} behind.`;
    const pace = `commits advance ${ratePhrase(consumeRate)} while ${ratePhrase(produceRate)} arrive`;
    return `Works, yet loses ground: ${pace}.`;
  },
  unknown: (_, partitions) =>
    partitions.length === 0
      ? "It has no commits."
      : (partitions[0]?.judgement.reason ?? "Nothing is known yet."),
};
