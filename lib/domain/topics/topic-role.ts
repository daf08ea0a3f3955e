import type { TopicRole } from "#lib/domain/topics/topic.ts";

/**
 * topicRole tells a topic's role from its name, by the kit's convention (`<topic>.dlt`, `<topic>.retry.<group>.<n>`,
 * `<topic>.redrive.<group>`) and Spring's (`-dlt`, `-retry-<n>`). `internal` is what the broker says, and what begins
 * with an underscore.
 */
export function topicRole(name: string, internal: boolean): TopicRole {
  if (internal || name.startsWith("_")) return "internal";
  if (/[.-](dlt|DLT)$/.test(name)) return "dead-letter";
  if (/\.retry\.[a-z0-9-]+\.\d+$/.test(name) || /-retry-\d+$/.test(name)) return "retry";
  if (/\.redrive\.[a-z0-9-]+$/.test(name)) return "redrive";
  return "base";
}
