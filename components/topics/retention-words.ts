import { formatDuration, formatQuantity } from "#components/ui/format-quantity.ts";
import type { TopicConfig, TopicRetention } from "#lib/domain/topics/topic.ts";

/** The facts that decide how long records stay. */
interface RetentionFacts {
  readonly retention: TopicRetention;
  /** Kafka's `cleanup.policy`; null while unknown. */
  readonly cleanupPolicy: string | null;
}

const UNITS = [
  { word: "day", ms: 86_400_000 },
  { word: "hour", ms: 3_600_000 },
  { word: "minute", ms: 60_000 },
  { word: "second", ms: 1_000 },
] as const;

const counted = (n: number, word: string): string => `${n} ${word}${n === 1 ? "" : "s"}`;

/** A length of time written out in two units at most: `7 days`, `1 hour 30 minutes`. Under a second: `500 ms`. */
export function writtenDuration(durationMs: number): string {
  const first = UNITS.findIndex(({ ms }) => durationMs >= ms);
  const big = UNITS[first];
  if (big === undefined) return `${durationMs} ms`;
  const head = Math.floor(durationMs / big.ms);
  const small = UNITS[first + 1];
  const tail = small === undefined ? 0 : Math.floor((durationMs % big.ms) / small.ms);
  return small === undefined || tail === 0
    ? counted(head, big.word)
    : `${counted(head, big.word)} ${counted(tail, small.word)}`;
}

const isCompacted = (policy: string | null): boolean => policy?.includes("compact") ?? false;
const isDeleted = (policy: string | null): boolean => policy === null || policy.includes("delete");

/** Retention for a list's cell: `7 d`, `forever`, `compacted`, `compacted, 7 d`; null while unknown. */
export function retentionShort({ retention, cleanupPolicy }: RetentionFacts): string | null {
  const compacted = isCompacted(cleanupPolicy);
  if (compacted && !isDeleted(cleanupPolicy)) return "compacted";
  if (retention.state === "unknown") return null;
  const kept = retention.state === "forever" ? "forever" : formatDuration(retention.ms);
  return compacted ? `compacted, ${kept}` : kept;
}

/**
 * Retention as a sentence, from `cleanup.policy`, `retention.ms` and, where the configs are at hand,
 * `retention.bytes` (a limit a partition). Kafka deletes whole segments, so records may outlive the limit.
 */
export function retentionSentence(facts: RetentionFacts, configs: readonly TopicConfig[]): string {
  const { retention, cleanupPolicy } = facts;
  const compacted = isCompacted(cleanupPolicy);
  if (compacted && !isDeleted(cleanupPolicy)) {
    return "Compacted: the latest record of each key is kept; earlier ones are removed.";
  }
  if (retention.state === "unknown") return "How long records are kept is not known yet.";
  const bytes = partitionLimitBytes(configs);
  const limit = bytes === null ? "" : `a partition exceeds ${formatQuantity("bytes", bytes)}`;
  const head = compacted ? "Compacted: the latest record of each key is kept, and all records" : "Records";
  if (retention.state === "forever") {
    return limit === "" ? `${head} are kept forever.` : `${head} are kept until ${limit}.`;
  }
  const time = writtenDuration(retention.ms);
  return limit === ""
    ? `${head} are deleted ${time} after they are written, at the earliest.`
    : `${head} are deleted ${time} after they are written, or sooner when ${limit}.`;
}

function partitionLimitBytes(configs: readonly TopicConfig[]): number | null {
  const value = configs.find(({ name }) => name === "retention.bytes")?.value ?? null;
  const bytes = value === null ? Number.NaN : Number(value);
  return Number.isFinite(bytes) && bytes >= 0 ? bytes : null;
}
