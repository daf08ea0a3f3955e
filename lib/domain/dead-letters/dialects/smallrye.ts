import { decimalPlace, envelope, type Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";
import type { HeaderReader } from "#lib/domain/dead-letters/dialects/header-reader.ts";

const DEAD = "dead-letter-";
const DELAYED = "delayed-retry-";
const COUNT = `${DELAYED}count`;

const isDead = (headers: HeaderReader): boolean =>
  headers.has(`${DEAD}topic`) || headers.has(`${DEAD}exception-class-name`);

/**
 * SmallRye Reactive Messaging, so Quarkus (KafkaDeadLetterQueue.java, KafkaDelayedRetryTopic.java). All text.
 *
 * | header | tells |
 * |---|---|
 * | `dead-letter-topic`, `-partition`, `-offset` | the record that failed, decimal |
 * | `dead-letter-exception-class-name`, `-reason` | the exception and its message |
 * | `dead-letter-cause-class-name`, `-cause` | its cause, where it has one |
 * | `delayed-retry-*` | the same after the strategy `delayed-retry-topic`, which writes no `dead-letter-*` |
 * | `delayed-retry-count` | retries so far; each reader of a retry topic appends one |
 * | `delayed-retry-original-timestamp` | decimal, ms |
 *
 * New headers stand *before* the record's own here, so the first is the latest failure and the last the origin; of
 * `delayed-retry-count` and the timestamps the last counts. The group is not told.
 */
export const smallrye: Dialect = {
  id: "smallrye",
  detects: (headers) => isDead(headers) || (headers.has(`${DELAYED}topic`) && headers.has(COUNT)),
  read(_record, headers) {
    const prefix = isDead(headers) ? DEAD : DELAYED;
    const names = { topic: `${prefix}topic`, partition: `${prefix}partition`, offset: `${prefix}offset` };
    // Where both are there, the delayed retries came first and know the origin.
    const first = headers.has(`${DELAYED}topic`) ? DELAYED : prefix;
    const origin = decimalPlace(
      headers,
      { topic: `${first}topic`, partition: `${first}partition`, offset: `${first}offset` },
      "last",
    );
    const retries = headers.int(COUNT, "decimal");
    return envelope("smallrye", headers, {
      origin: { ...origin, at: headers.instant(`${DELAYED}original-timestamp`, "decimal") },
      from: decimalPlace(headers, names, "first"),
      attempts: retries === null ? null : retries + 1,
      exception: headers.name(`${prefix}exception-class-name`, "first"),
      cause: headers.name(`${prefix}cause-class-name`, "first"),
      message: headers.text(`${prefix}cause`, "first") ?? headers.text(`${prefix}reason`, "first"),
      hops: headers.count(`${DEAD}topic`),
    });
  },
};
