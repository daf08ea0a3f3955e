/** A record that was not acknowledged. `refused`: the broker said no to this record, a retry will not help. */
export class PublishError extends Error {
  override readonly name = "PublishError";
  readonly topic: string;
  readonly refused: boolean;
  /** Kafka's error type (`MESSAGE_TOO_LARGE`), or the client's error name. */
  readonly code: string;
  constructor(topic: string, code: string, options: { refused: boolean; cause?: unknown }) {
    super(`Publishing to ${topic} failed: ${code}`, { cause: options.cause });
    this.topic = topic;
    this.code = code;
    this.refused = options.refused;
  }
}

/** Errors by which the broker (or the client) says no to this very record, whoever sends it again. */
const REFUSALS = new Set([
  "MESSAGE_TOO_LARGE",
  "RECORD_LIST_TOO_LARGE",
  "INVALID_RECORD",
  "INVALID_TIMESTAMP",
  "INVALID_TOPIC_EXCEPTION",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "TOPIC_AUTHORIZATION_FAILED",
  "POLICY_VIOLATION",
  "UNSUPPORTED_FOR_MESSAGE_FORMAT",
  "TypeError",
]);

function firstText(error: unknown, field: "type" | "code"): string | undefined {
  let link: unknown = error;
  for (let depth = 0; link instanceof Error && depth < 8; depth++) {
    const value: unknown = field in link ? (link as Error & Record<typeof field, unknown>)[field] : undefined;
    if (typeof value === "string" && value !== "") return value;
    link = link.cause;
  }
  return undefined;
}

/** What to log of an error: Kafka's error type on its chain of causes, else a SQLSTATE or system code, else its name. */
export function errorCodeOf(error: unknown): string {
  const name = error instanceof Error ? error.name : "unknown";
  return firstText(error, "type") ?? firstText(error, "code") ?? name;
}

/** A client's error as a {@link PublishError} of `topic`; one that is one already stays as it is. */
export function asPublishError(topic: string, error: unknown): PublishError {
  if (error instanceof PublishError) return error;
  const code = errorCodeOf(error);
  return new PublishError(topic, code, { refused: REFUSALS.has(code), cause: error });
}
