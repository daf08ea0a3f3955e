/** Kinds of failure of a broker, a closed set. */
export type KafkaErrorKind =
  | "unreachable"
  | "authentication_failed"
  | "authorization_failed"
  | "timeout"
  | "not_found"
  | "garbage"
  | "read_only"
  | "unknown";

/** KafkaError is the one error of this adapter: a kind, and a sentence for people that holds no secret. */
export class KafkaError extends Error {
  readonly kind: KafkaErrorKind;
  /** Whether the same call may succeed later with nothing changed in the config. */
  readonly retryable: boolean;

  /**
   * Tells by the name: in one Next process this module exists several times, and what the runtime's copy throws is
   * an instance of that copy's class alone.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "KafkaError";
  }

  constructor(kind: KafkaErrorKind, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = "KafkaError";
    this.kind = kind;
    this.retryable = kind === "unreachable" || kind === "timeout" || kind === "unknown";
  }
}

const CERTIFICATE_CODES =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)/;
const SOCKET_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection is refused",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed",
  ENOTFOUND: "its name is not known",
  EAI_AGAIN: "its name cannot be looked up",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "its network cannot be reached",
  ETIMEDOUT: "it did not answer in time",
};
const AUTHENTICATION_IDS: ReadonlySet<string> = new Set([
  "SASL_AUTHENTICATION_FAILED",
  "UNSUPPORTED_SASL_MECHANISM",
  "ILLEGAL_SASL_STATE",
]);

/** What is known of an error along its chain of causes. */
interface Trace {
  codes: string[];
  ids: string[];
  messages: string[];
}

/** toKafkaError maps anything a call on `address` threw to a {@link KafkaError}. */
export function toKafkaError(error: unknown, address: string): KafkaError {
  if (error instanceof KafkaError) return error;
  const { codes, ids, messages } = trace(error);
  const [kind, sentence] = classify(codes, ids, messages);
  return new KafkaError(kind, `${address}: ${sentence}.`, error);
}

function classify(codes: string[], ids: string[], messages: string[]): [KafkaErrorKind, string] {
  if (codes.includes("PLT_KFK_AUTHENTICATION") || ids.some((id) => AUTHENTICATION_IDS.has(id))) {
    return ["authentication_failed", "the broker refuses the sign-in"];
  }
  if (codes.some((code) => CERTIFICATE_CODES.test(code))) {
    return ["authentication_failed", "its certificate is not trusted"];
  }
  if (messages.some((each) => each === "Broker requires TLS.")) {
    return ["garbage", "the broker speaks TLS, the config asks for a plain connection"];
  }
  if (
    codes.some((code) => code.startsWith("ERR_SSL_")) ||
    messages.some((each) => /TLS handshake failed/.test(each))
  ) {
    return ["garbage", "the TLS handshake failed"];
  }
  if (codes.some((code) => /UNEXPECTED_CORRELATION_ID|OUT_OF_BOUNDS|ERR_OUT_OF_RANGE/.test(code))) {
    return ["garbage", "the answer is not Kafka's protocol"];
  }
  const refused = ids.find((id) => id.endsWith("AUTHORIZATION_FAILED"));
  if (refused !== undefined) return ["authorization_failed", `the broker refuses it (${refused})`];
  const missing = ids.find((id) => /^UNKNOWN_TOPIC|^GROUP_ID_NOT_FOUND$/.test(id));
  if (missing !== undefined) return ["not_found", `the broker does not know it (${missing})`];
  if (messages.some((each) => /timed out/i.test(each)) || codes.includes("ETIMEDOUT")) {
    return ["timeout", "it did not answer in time"];
  }
  const socket = codes.find((code) => code in SOCKET_WORDS);
  if (socket !== undefined) return ["unreachable", SOCKET_WORDS[socket] ?? "it cannot be reached"];
  if (codes.includes("PLT_KFK_NETWORK")) return ["unreachable", "the connection was closed"];
  return ["unknown", ids[0] === undefined ? "the call failed" : `the broker answered ${ids[0]}`];
}

function trace(error: unknown): Trace {
  const found: Trace = { codes: [], ids: [], messages: [] };
  const seen = new Set<unknown>();
  const queue: unknown[] = [error];
  while (queue.length > 0) {
    const one = queue.shift();
    if (typeof one !== "object" || one === null || seen.has(one)) continue;
    seen.add(one);
    const { code, apiId, message, cause, errors } = one as Record<string, unknown>;
    if (typeof code === "string") found.codes.push(code);
    if (typeof apiId === "string") found.ids.push(apiId);
    if (typeof message === "string") found.messages.push(message);
    queue.push(cause, ...(Array.isArray(errors) ? (errors as unknown[]) : []));
  }
  return found;
}
