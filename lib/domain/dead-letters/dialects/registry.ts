import type { DeadLetterEnvelope } from "#lib/domain/dead-letters/dead-letter.ts";
import { confluentRules } from "#lib/domain/dead-letters/dialects/confluent-rules.ts";
import type { DeadLetterRecord, Dialect } from "#lib/domain/dead-letters/dialects/dialect.ts";
import { genericDialect, type GenericDialect } from "#lib/domain/dead-letters/dialects/generic.ts";
import { headerReader } from "#lib/domain/dead-letters/dialects/header-reader.ts";
import { kafkaConnect } from "#lib/domain/dead-letters/dialects/kafka-connect.ts";
import { kafkaStreams } from "#lib/domain/dead-letters/dialects/kafka-streams.ts";
import { karafka } from "#lib/domain/dead-letters/dialects/karafka.ts";
import { kit } from "#lib/domain/dead-letters/dialects/kit.ts";
import { shareGroup } from "#lib/domain/dead-letters/dialects/share-group.ts";
import { smallrye } from "#lib/domain/dead-letters/dialects/smallrye.ts";
import { springBlocking } from "#lib/domain/dead-letters/dialects/spring-blocking.ts";
import { springCloudStream } from "#lib/domain/dead-letters/dialects/spring-cloud-stream.ts";
import { springRetryable } from "#lib/domain/dead-letters/dialects/spring-retryable.ts";
import { unknown } from "#lib/domain/dead-letters/dialects/unknown.ts";
import { watermill } from "#lib/domain/dead-letters/dialects/watermill.ts";
import { wolverine } from "#lib/domain/dead-letters/dialects/wolverine.ts";

/**
 * The dialects in the order in which they are tried; the first that knows its headers reads the record. A record that
 * came through several frameworks keeps the headers of all. So those stand first whose writers replace their headers
 * or write none of the source's (what is there is the latest), and those whose names are the most likely to be chosen
 * by others stand last. Spring's non-blocking family stands before its blocking one: it shares a header with it.
 */
const DIALECTS_IN_ORDER: readonly Dialect[] = [
  ...[kit, shareGroup, kafkaStreams, kafkaConnect],
  ...[springRetryable, springBlocking, springCloudStream],
  ...[smallrye, watermill, confluentRules, wolverine, karafka],
];

/** What `readEnvelope` may be told besides. */
export interface ReadOptions {
  /** A convention of the user's own; it is tried first, for who names one knows the topic. */
  generic?: GenericDialect | undefined;
}

/**
 * readEnvelope reads what the headers of a dead letter tell, by the first dialect that knows them; dialect `unknown`
 * where none does. Never throws, whatever the bytes: what cannot be read is null and noted in `failures`.
 */
export function readEnvelope(record: DeadLetterRecord, options: ReadOptions = {}): DeadLetterEnvelope {
  const headers = headerReader(record.headers);
  const generic = options.generic === undefined ? null : genericDialect(options.generic);
  if (generic?.detects(headers) === true) return generic.read(record, headers);
  const dialect = DIALECTS_IN_ORDER.find((one) => one.detects(headers)) ?? unknown;
  return dialect.read(record, headers);
}

/** tellsDeadLetter says whether headers are those of a dead letter of any dialect: how topics are found by content. */
export function tellsDeadLetter(record: DeadLetterRecord, options: ReadOptions = {}): boolean {
  return readEnvelope(record, options).dialect !== "unknown";
}
