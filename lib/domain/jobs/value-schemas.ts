import { baseTopicOf } from "#lib/domain/jobs/copy-target.ts";

/** TopicSchema is a JSON Schema that the values of a topic must keep to, and the file that it was read from. */
export interface TopicSchema {
  readonly topic: string;
  /** As the configuration names it. */
  readonly file: string;
  /** The file's JSON. */
  readonly schema: unknown;
}

/** ValueSchemas holds values against the schemas of their topics. */
export interface ValueSchemas {
  /** Whether a topic's values have a schema: its own, or that of the topic that it is derived from. */
  covers(topic: string): boolean;
  /**
   * What of a value breaks its topic's schema, in a sentence that names the place and the rule and holds nothing of the
   * value; null where nothing does, and where there is no schema.
   */
  validateValue(topic: string, value: Uint8Array): string | null;
}

/** NO_SCHEMAS holds values against nothing. */
export const NO_SCHEMAS: ValueSchemas = { covers: () => false, validateValue: () => null };

/**
 * schemaOf finds what is kept for a topic: its own, else that of the topic that a retry, redrive, shadow or dead-letter
 * topic is derived from.
 */
export function schemaOf<T>(byTopic: ReadonlyMap<string, T>, topic: string): T | undefined {
  return byTopic.get(topic) ?? byTopic.get(baseTopicOf(topic));
}
