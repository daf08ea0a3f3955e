import { baseTopicOf } from "#lib/domain/jobs/copy-target.ts";
import type { PlanNote, PlannedTopic } from "#lib/domain/jobs/job-plan.ts";

/** A shadow topic is kept this long. */
const SHADOW_KEPT_MS = 7 * 24 * 3_600_000;
/** What a copy's lineage headers may add to a record: a shadow takes so much more than its source does. */
const LINEAGE_BYTES = 64 * 1024;
const LONGEST_NAME = 249;

/** shadowOf names the shadow topic of a source: `<base topic>.shadow.<name>`. */
export const shadowOf = (source: string, name: string): string => `${baseTopicOf(source)}.shadow.${name}`;

/** A source with what its shadow takes after. */
interface ShadowSource extends PlannedTopic {
  maxMessageBytes: number | null;
}

/** A shadow topic as it is to be. */
export interface ShadowTopic {
  topic: string;
  partitionCount: number;
  maxMessageBytes: number | null;
  retentionMs: number;
}

/**
 * shadowsOf are the shadows of sources, each with as many partitions as its source; where several sources share one,
 * as the largest of them.
 */
export function shadowsOf(sources: readonly ShadowSource[], name: string): ShadowTopic[] {
  const shadows = new Map<string, ShadowTopic>();
  for (const { topic, partitionCount, maxMessageBytes } of sources) {
    const shadow = shadowOf(topic, name);
    const known = shadows.get(shadow);
    const bytes = maxMessageBytes === null ? null : maxMessageBytes + LINEAGE_BYTES;
    shadows.set(shadow, {
      topic: shadow,
      partitionCount: Math.max(known?.partitionCount ?? 0, partitionCount),
      maxMessageBytes: known === undefined ? bytes : greater(known.maxMessageBytes, bytes),
      retentionMs: SHADOW_KEPT_MS,
    });
  }
  return [...shadows.values()];
}

/** Unknown is as the broker is set to: nothing is said of it. */
const greater = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? null : Math.max(a, b);

/** shadowMisfit says why a topic that is there cannot be a shadow; null where it can. */
export function shadowMisfit(
  wanted: Pick<ShadowTopic, "topic" | "partitionCount">,
  found: Pick<PlannedTopic, "partitionCount">,
): string | null {
  if (found.partitionCount === wanted.partitionCount) return null;
  return `The shadow topic ${wanted.topic} has ${found.partitionCount} partitions, and its source has ${wanted.partitionCount}: choose another name.`;
}

/** shadowNames refuses what cannot be the name of a topic. */
export const shadowNames = (shadows: readonly Pick<ShadowTopic, "topic">[]): PlanNote[] =>
  shadows
    .filter(({ topic }) => topic.length > LONGEST_NAME)
    .map(({ topic }) => ({
      code: "shadow_name",
      sentence: `The name ${topic} is longer than the ${LONGEST_NAME} characters that Kafka takes.`,
    }));
