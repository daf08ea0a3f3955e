import type { DialectId } from "#lib/domain/dead-letters/dead-letter.ts";

/** Names of headers, and beginnings of names, that tell of a failure. */
interface FailureNames {
  names?: readonly string[];
  prefixes?: readonly string[];
}

/**
 * Spring's, left out of the copy of any dead letter: attempts that are kept send a record straight back, and an
 * exception that is kept is appended to by the next failure.
 */
const SPRING: FailureNames = {
  names: ["kafka_deliveryAttempt"],
  prefixes: [
    ...["kafka_dlt-", "kafka_exception-", "kafka_key-exception-", "kafka_original-", "retry_topic-"],
    "springDeserializerException",
  ],
};

const KARAFKA_FIELDS = ["topic", "partition", "offset", "consumer_group", "attempts", "trace_id"];

const FAILURE_NAMES: Readonly<Record<DialectId, FailureNames>> = {
  kit: { names: ["retry-attempt"], prefixes: ["dlt-"] },
  "spring-blocking": SPRING,
  "spring-retryable": SPRING,
  "spring-cloud-stream": { prefixes: ["x-original-", "x-exception-"] },
  "kafka-connect": { prefixes: ["__connect.errors."] },
  "kafka-streams": { prefixes: ["__streams.errors."] },
  smallrye: { prefixes: ["dead-letter-", "delayed-retry-"] },
  karafka: {
    names: KARAFKA_FIELDS.flatMap((field) => [`source_${field}`, `original_${field}`]),
  },
  watermill: { names: ["reason_poisoned", "topic_poisoned", "handler_poisoned", "subscriber_poisoned"] },
  wolverine: {
    names: [
      ...["exception-type", "exception-message", "exception-stack", "failed-at", "attempts"],
      ...["original-destination", "original-partition", "original-offset"],
    ],
  },
  "confluent-rules": { prefixes: ["__rule."] },
  "share-group": { prefixes: ["__dlq.errors."] },
  generic: {},
  unknown: {},
};

/** The kit's first origin: set once and kept, so that a copy which fails again still tells where it came from. */
const KEPT: ReadonlySet<string> = new Set(["dlt-topic", "dlt-partition", "dlt-offset", "dlt-timestamp"]);

/** isFirstOrigin tells the kit's four headers of the first origin. */
export const isFirstOrigin = (name: string): boolean => KEPT.has(name);

/**
 * isFailureHeader tells a header that the writer of a dead letter added and that its copy goes without. `generic` are
 * the names of a home-made convention. Headers of a dialect that is not known cannot be told from the record's own.
 */
export function isFailureHeader(
  name: string,
  dialect: DialectId,
  generic: ReadonlySet<string> = new Set(),
): boolean {
  if (dialect === "generic" && generic.has(name)) return true;
  if (dialect === "kit" && KEPT.has(name)) return false;
  return matches(name, FAILURE_NAMES[dialect]) || matches(name, SPRING);
}

function matches(name: string, { names = [], prefixes = [] }: FailureNames): boolean {
  return names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix));
}
