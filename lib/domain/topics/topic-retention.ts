import type { TopicRetention } from "#lib/domain/topics/topic.ts";

/** retentionOf reads Kafka's retention.ms: -1 is forever; null is not known. */
export function retentionOf(retentionMs: number | null): TopicRetention {
  if (retentionMs === null || !Number.isFinite(retentionMs)) return { state: "unknown" };
  return retentionMs < 0 ? { state: "forever" } : { state: "kept", ms: retentionMs };
}
