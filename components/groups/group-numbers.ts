import { SWEEP_BEAT_MS } from "#lib/domain/time/sweep-beat.ts";
import type { GroupRow } from "#lib/domain/groups/group.ts";

/** Why a group's lag is not known, for the dash. */
export const NO_LAG = "No partition of this group has a known lag.";
/** Why a time lag is not known. */
export const NO_TIME_LAG =
  "The committed offset lies before the samples stored so far: no time can be told without guessing.";
/** Why a rate is not known. */
export const NO_RATE = "A rate needs two samples a minute apart.";

/** How each number of a group is computed, for hovers. */
export const GROUP_HINTS = {
  verdict: "The worst verdict of its partitions, over the last samples.",
  lag: "End offset minus committed offset, summed over its partitions, in records.",
  timeLag: "The greatest age, over its partitions, of the record it reads next: between stored end offsets.",
  drains:
    "Lag divided by how fast it shrinks: commits a second less records arriving a second, over the last minute.",
  rate: "Offsets committed a second over the last minute.",
  members: "Members that the coordinator lists.",
  state: "What the coordinator says of the group; its kind is on hover.",
  topics: "Topics on which it has commits or members.",
  spark: "Lag over the last hour; a gap is a time without samples.",
} as const;

/** What is to be said about when a lag is drained. */
export type Drain =
  | { state: "drains"; ms: number }
  | { state: "never"; why: string }
  | { state: "nothing"; why: string }
  | { state: "unknown"; why: string };

/** What {@link drainOf} tells it from. */
export type DrainFacts = Pick<GroupRow, "lag" | "timeLagMs" | "drainsInMs" | "consumeRate" | "verdict">;

/** A healthy group no further behind than two sweeps see has records in flight, not a lag to drain. */
const IN_FLIGHT_MS = 2 * SWEEP_BEAT_MS;

/** drainOf says when the lag is gone at the rates of the last minute, or why that cannot be told. */
export function drainOf({ lag, timeLagMs, drainsInMs, consumeRate, verdict }: DrainFacts): Drain {
  if (drainsInMs !== null) return { state: "drains", ms: drainsInMs };
  if (lag === 0) return { state: "nothing", why: "There is nothing to drain." };
  if (lag === null) return { state: "unknown", why: NO_LAG };
  if (consumeRate === null || verdict === "unknown") return { state: "unknown", why: NO_RATE };
  if (verdict === "ok" && timeLagMs !== null && timeLagMs <= IN_FLIGHT_MS) {
    return { state: "nothing", why: "It keeps up: what is behind now is being read." };
  }
  return { state: "never", why: "At the rates of the last minute the lag does not shrink." };
}
