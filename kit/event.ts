import { parseTopicName, TopicNameError } from "./topic-names.ts";

/** How long a base topic keeps its records: 7 days, 30 days, or for ever. */
export type Kept = "standard" | "audit" | "forever";

/**
 * An event a service writes or reads: its topic, how it is keyed and kept, and how a payload is checked.
 * `parse` takes the decoded JSON and returns the payload or throws; what it throws makes the record fatal
 * (straight to the dead letters), since no retry mends a payload.
 */
export interface EventDefinition<T> {
  readonly topic: string;
  readonly keyed: boolean;
  readonly kept: Kept;
  readonly partitions: number;
  parse(value: unknown): T;
}

/** What {@link defineEvent} is told; `keyed` is true, `kept` "standard" and `partitions` 6 unless said. */
export interface EventOptions<T> {
  topic: string;
  parse: (value: unknown) => T;
  keyed?: boolean;
  kept?: Kept;
  partitions?: number;
}

/**
 * Defines an event once, for every service that writes or reads it.
 * @throws TopicNameError where the topic is not `{domain}.{entity}.{event}` in camel case.
 * @throws RangeError where `partitions` is not a positive whole number.
 */
export function defineEvent<T>(options: EventOptions<T>): EventDefinition<T> {
  const { topic, parse, keyed = true, kept = "standard", partitions = 6 } = options;
  if (parseTopicName(topic)?.kind !== "base") {
    throw new TopicNameError(topic, "an event's topic is {domain}.{entity}.{event}, each [a-z][a-zA-Z0-9]*");
  }
  if (!Number.isInteger(partitions) || partitions < 1) {
    throw new RangeError(`Event ${topic}: partitions must be a positive whole number, not ${partitions}`);
  }
  return Object.freeze({ topic, keyed, kept, partitions, parse });
}
