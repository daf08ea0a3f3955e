import type { Tone } from "#lib/domain/health/tone.ts";
import { SWEEP_BEAT_MS } from "#lib/domain/time/sweep-beat.ts";

/**
 * Reachability says whether a cluster answers and since when. `reason` is a sentence for people, free of
 * addresses with credentials.
 */
export type Reachability =
  | { state: "reachable"; sinceAt: number }
  | { state: "unreachable"; sinceAt: number; reason: string }
  | { state: "unknown"; reason: string };

/**
 * Sampling says how fresh the stored samples are: `live` while the last sweep is younger than 2.5 beats,
 * `stopped` after that, `never` before the first.
 */
export type Sampling =
  | { state: "live"; lastSampleAt: number }
  | { state: "stopped"; lastSampleAt: number; forMs: number }
  | { state: "never" };

const STALE_AFTER_MS = 2.5 * SWEEP_BEAT_MS;

/** samplingAt derives {@link Sampling} at `now` from the instant of the last stored sweep. */
export function samplingAt(now: number, lastSampleAt: number | null): Sampling {
  if (lastSampleAt === null) return { state: "never" };
  const forMs = now - lastSampleAt;
  return forMs > STALE_AFTER_MS ? { state: "stopped", lastSampleAt, forMs } : { state: "live", lastSampleAt };
}

/** A part of an answer that could not be had; the rest of the answer stands. */
export interface PartialFailure {
  /** What is missing, e.g. `broker 3` or `group payments`. */
  subject: string;
  /** A sentence for people. */
  reason: string;
}

/** What the last sweep of a cluster cost. */
export interface SweepCost {
  durationMs: number;
  requests: number;
}

/** ClusterSummary is one cluster of the config with what the worker last saw of it. */
export interface ClusterSummary {
  id: string;
  name: string;
  color: string | null;
  readOnly: boolean;
  /** Kafka's own cluster id; null until seen. */
  kafkaClusterId: string | null;
  reachability: Reachability;
  sampling: Sampling;
  sweep: SweepCost | null;
  brokerCount: number;
  topicCount: number;
  groupCount: number;
}

/** A Finding is one thing that is wrong now: a sentence, its tone and the thing it speaks of (its link). */
export interface Finding {
  tone: Tone;
  /** The feature that owns the subject's page. */
  feature: "clusters" | "groups" | "topics" | "brokers" | "dead-letters" | "sagas";
  /** The subject within the feature: a group id, a topic name, a broker id, the cluster id, a cause's id, a saga type. */
  subject: string;
  sentence: string;
}

/** ClusterOverview is what the Overview page says of one cluster, findings worst first. */
export interface ClusterOverview {
  cluster: ClusterSummary;
  findings: Finding[];
  /** Records a second written to and committed from all topics, over the last minute; null when unknown. */
  produceRate: number | null;
  consumeRate: number | null;
  /** Total lag of all groups, records; null when no group has a known lag. */
  lag: number | null;
  groupsByVerdict: Record<"rewind" | "stall" | "stop" | "warn" | "ok" | "unknown", number>;
}
