import type { DeadLetterCause, FailureVerdict } from "#lib/domain/dead-letters/dead-letter.ts";

/** Dead letters that came in one step of time. */
export interface ArrivalStep {
  /** The begin of the step, epoch ms. */
  at: number;
  count: number;
}

/** What a group has committed of the source topic between two sights of its commits, dead letters among them. */
export interface GroupFlow {
  fromAt: number;
  toAt: number;
  records: number;
}

/** Another cause of the cluster whose dead letters came lately. */
type NeighbourCause = Pick<DeadLetterCause, "causeClass" | "sourceTopic" | "group"> & {
  arrivals: readonly ArrivalStep[];
};

/** What is known of a cause when it is judged. */
export interface CauseFacts extends Pick<
  DeadLetterCause,
  "causeClass" | "message" | "sourceTopic" | "group" | "firstSeenAt"
> {
  /** Of the last ten minutes in steps of `stepMs`, oldest first; a step without any may be absent. */
  arrivals: readonly ArrivalStep[];
  stepMs: number;
  /** Different keys, counted up to 1,000; 0 where the records carry none. */
  keys: number;
  /** Dead letters whose key was counted, and of the busiest key among them; null where nobody counted. */
  keySpread: { total: number; most: number } | null;
  /** Of the group on the source topic, oldest first; empty where its commits are not known. */
  flows: readonly GroupFlow[];
  neighbours: readonly NeighbourCause[];
  /** The verdict that stands; it is kept when nothing comes any more. */
  verdict?: FailureVerdict | undefined;
}

/** The last stretch in which dead letters came without a pause of a minute. */
export interface Burst {
  fromAt: number;
  toAt: number;
  count: number;
  /** The cause was never seen before it. */
  isFirst: boolean;
}

/** How the keys are spread: `narrow` few take most, `wide` many, `unknown` where there are none or too few. */
export type KeySpread = "narrow" | "wide" | "unknown";

/** What share of the records that a group went through failed. */
interface FailedShare {
  /** By this cause. */
  own: number;
  /** By any cause, of the same group and source topic. */
  group: number;
  /** The stretch that it is told of, ms. */
  overMs: number;
}

/** Shares since the burst began, and of the newest sight of the group's commits alone. */
export interface FailedShares {
  all: FailedShare;
  newest: FailedShare;
}

const PAUSE_MS = 60_000;
/** A narrow spread needs so many dead letters to mean anything. */
const FEW_KEYS = 3;
const SPREAD_RECORDS = 10;
const WIDE_KEYS = 5;
/** A share is told from so long and so many records on. */
const SHARE_MS = 8_000;
const SHARE_RECORDS = 5;

/** burstOf finds the last burst; null where nothing came. */
export function burstOf({
  arrivals,
  stepMs,
  firstSeenAt,
}: Pick<CauseFacts, "arrivals" | "stepMs" | "firstSeenAt">): Burst | null {
  const steps = arrivals.filter(({ count }) => count > 0);
  const last = steps.at(-1);
  if (last === undefined) return null;
  let first = steps.length - 1;
  while (first > 0 && gapMs(steps, first, stepMs) < PAUSE_MS) first--;
  const fromAt = steps[first]?.at ?? last.at;
  return {
    fromAt,
    toAt: last.at + stepMs,
    count: steps.slice(first).reduce((sum, { count }) => sum + count, 0),
    isFirst: firstSeenAt >= fromAt,
  };
}

function gapMs(steps: readonly ArrivalStep[], at: number, stepMs: number): number {
  return (steps[at]?.at ?? 0) - (steps[at - 1]?.at ?? 0) - stepMs;
}

/** spreadOf tells how the keys of a cause are spread. */
export function spreadOf({ keys, keySpread }: Pick<CauseFacts, "keys" | "keySpread">): KeySpread {
  if (keys === 0) return "unknown";
  const total = keySpread?.total ?? 0;
  const most = keySpread?.most ?? 0;
  if (total >= SPREAD_RECORDS && (keys <= FEW_KEYS || most * 2 >= total)) return "narrow";
  return keys >= WIDE_KEYS ? "wide" : "unknown";
}

/**
 * sharesOf tells what share of what the group went through since the burst began failed; null where too little of its
 * commits is known. A sight that began before the burst counts calm records among them and is left out.
 */
export function sharesOf(facts: CauseFacts, burst: Burst): FailedShares | null {
  const flows = facts.flows.filter(({ fromAt }) => fromAt >= burst.fromAt);
  const all = shareOver(facts, flows);
  const newest = shareOver(facts, flows.slice(-1));
  return all === null ? null : { all, newest: newest ?? all };
}

function shareOver(facts: CauseFacts, flows: readonly GroupFlow[]): FailedShare | null {
  const first = flows[0];
  const last = flows.at(-1);
  if (first === undefined || last === undefined || last.toAt - first.fromAt < SHARE_MS) return null;
  const within = { fromAt: first.fromAt, toAt: last.toAt };
  const own = countIn(facts.arrivals, within);
  const others = facts.neighbours
    .filter(({ group, sourceTopic }) => group === facts.group && sourceTopic === facts.sourceTopic)
    .reduce((sum, { arrivals }) => sum + countIn(arrivals, within), 0);
  const committed = flows.reduce((sum, { records }) => sum + records, 0);
  // Dead letters are seen at once, and commits up to a beat later.
  const read = Math.max(own + others, committed);
  if (read < SHARE_RECORDS) return null;
  return { own: own / read, group: (own + others) / read, overMs: within.toAt - within.fromAt };
}

function countIn(
  arrivals: readonly ArrivalStep[],
  { fromAt, toAt }: { fromAt: number; toAt: number },
): number {
  return arrivals.filter(({ at }) => at >= fromAt && at < toAt).reduce((sum, { count }) => sum + count, 0);
}

/** groupsAlike are the groups, this cause's among them, that fail with the same class on records of the same topic. */
export function groupsAlike(facts: CauseFacts): string[] {
  if (facts.causeClass === null || facts.sourceTopic === null || facts.group === null) return [];
  const alike = facts.neighbours
    .filter(
      ({ causeClass, sourceTopic }) => causeClass === facts.causeClass && sourceTopic === facts.sourceTopic,
    )
    .filter(({ arrivals }) => arrivals.some(({ count }) => count > 0))
    .map(({ group }) => group)
    .filter((group) => group !== null);
  return [...new Set([facts.group, ...alike])].sort();
}

/** topicsAlike are the source topics, this cause's among them, that the same group fails on with the same class. */
export function topicsAlike(facts: CauseFacts): string[] {
  if (facts.causeClass === null || facts.sourceTopic === null || facts.group === null) return [];
  const alike = facts.neighbours
    .filter(({ causeClass, group }) => causeClass === facts.causeClass && group === facts.group)
    .filter(({ arrivals }) => arrivals.some(({ count }) => count > 0))
    .map(({ sourceTopic }) => sourceTopic)
    .filter((topic) => topic !== null);
  return [...new Set([facts.sourceTopic, ...alike])].sort();
}
