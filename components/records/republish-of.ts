import type { RecordAt } from "./record-key.ts";
import { endBound, startBound } from "./search-start.ts";
import type { SearchUrl } from "./use-search-url.ts";

/** What is copied: topics, partitions and the two ends of a range, as the form of a job reads them. */
export interface Republished {
  topic: string;
  partitions?: string;
  from?: string;
  to?: string;
}

/** republishOne is one record as a range of one. */
export function republishOne({ topic, partition, offset }: RecordAt): Republished {
  return { topic, partitions: String(partition), from: `offset:${offset}`, to: `offset:${offset + 1n}` };
}

/**
 * republishOf is the range of a search as the form of a job takes it: offsets and times stand, everything else is the
 * whole topic. null where no topic is chosen. Conditions of the search are not part of it.
 */
export function republishOf({
  topic,
  from,
  to,
  partitions,
}: Pick<SearchUrl, "topic" | "from" | "to" | "partitions">): Republished | null {
  if (topic.length === 0) return null;
  return {
    topic: topic.join(","),
    ...(partitions.trim() === "" ? {} : { partitions: partitions.trim() }),
    ...(["offset", "at"].includes(startBound(from).kind) ? { from } : {}),
    ...(["offset", "at"].includes(endBound(to).kind) ? { to } : {}),
  };
}
