import { formatCount } from "#components/ui/format-quantity.ts";
import type { TopicRow } from "#lib/domain/topics/topic.ts";

import type { PageVerdict } from "./topic-verdict.ts";

/**
 * The verdict of the list, from the dead-letter topics with most records first and the count of all topics.
 * `undefined` while either is under way.
 */
export function topicsVerdict(
  deadLetterTopics: readonly TopicRow[] | undefined,
  topicCount: number | undefined,
): PageVerdict | undefined {
  if (deadLetterTopics === undefined || topicCount === undefined) return undefined;
  const holding = deadLetterTopics.filter(({ recordsAtMost }) => recordsAtMost !== null && recordsAtMost > 0);
  const first = holding[0];
  if (first?.recordsAtMost === null || first?.recordsAtMost === undefined) {
    if (topicCount === 0) return { tone: "neutral", sentence: "No topics yet." };
    if (deadLetterTopics.length === 0) return { tone: "ok", sentence: "No dead-letter topics." };
    const unknown = deadLetterTopics.filter(({ recordsAtMost }) => recordsAtMost === null).length;
    if (unknown > 0) {
      return {
        tone: "neutral",
        sentence: `What ${unknown} dead-letter topic${unknown === 1 ? " holds is" : "s hold is"} not known yet; no other holds records.`,
      };
    }
    return { tone: "ok", sentence: "All dead-letter topics are empty." };
  }
  const records = `${formatCount(first.recordsAtMost)} ${first.recordsAtMost === 1 ? "record" : "records"} at most`;
  if (holding.length === 1) return { tone: "notice", sentence: `${first.name} holds ${records}.` };
  return {
    tone: "notice",
    sentence: `${holding.length} dead-letter topics hold records; ${first.name} holds the most, ${records}.`,
  };
}
