import type { Told } from "#lib/domain/dead-letters/dialects/dialect.ts";
import type { HeaderReader } from "#lib/domain/dead-letters/dialects/header-reader.ts";
import { withoutWrapper } from "#lib/domain/dead-letters/stack-trace.ts";

/** SPRING_GROUP is the header of the failing group in both of Spring's families, whatever prefix the others have. */
export const SPRING_GROUP = "kafka_dlt-original-consumer-group";

/**
 * readFailure reads the exception of Spring's headers of a prefix (`kafka_dlt-` or `kafka_`), the latest of each. A
 * key that cannot be deserialised has headers of its own, which count where the value's are absent.
 */
export function readFailure(
  headers: HeaderReader,
  prefix: string,
): Pick<Told, "exception" | "cause" | "message" | "stack"> {
  const part = headers.has(`${prefix}exception-fqcn`) ? "exception" : "key-exception";
  const message = headers.text(`${prefix}${part}-message`);
  return {
    exception: headers.name(`${prefix}${part}-fqcn`),
    cause: headers.name(`${prefix}${part}-cause-fqcn`),
    message: message === null ? null : withoutWrapper(message),
    stack: headers.text(`${prefix}${part}-stacktrace`),
  };
}
