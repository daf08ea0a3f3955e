import type { TopicRole } from "#lib/domain/topics/topic.ts";

/** What a topic is by its name, in a word or two. */
export const TOPIC_ROLE_WORD: Record<TopicRole, string> = {
  base: "base",
  retry: "retry",
  redrive: "redrive",
  "dead-letter": "dead letters",
  internal: "internal",
};

/** What a topic of that role is for; on hover. */
export const TOPIC_ROLE_HINT: Record<TopicRole, string> = {
  base: "Events as their producers wrote them.",
  retry: "Copies that one group tries again later.",
  redrive: "One group's own way back in.",
  "dead-letter": "Records that a group gave up on.",
  internal: "Kafka's own topic.",
};
