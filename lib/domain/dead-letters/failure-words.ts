/** What the words of a failure say of where the fault lies: in something that the work needs, or in the record. */
export type FailureLeaning = "dependency" | "record" | "neither";

/** Classes of what a lost connection, a refused login or an overload throws, on all platforms. */
const DEPENDENCY_CLASS = new RegExp(
  [
    ...[
      "Connect(?:ion)?(?:Refused|Reset|Aborted|Closed|Lost|Timeout|Pool)?(?:Exception|Error)",
      "Timeout",
      "TimedOut",
    ],
    ...["UnknownHost", "NoRouteToHost", "HostUnreachable", "SocketE", "SocketT", "SSLHandshake", "NetworkE"],
    ...[
      "Transient",
      "Unavailable",
      "CannotGetJdbcConnection",
      "CannotAcquireLock",
      "CannotCreateTransaction",
    ],
    ...[
      "JDBCConnection",
      "CommunicationsException",
      "RecoverableDataAccess",
      "ResourceAccess",
      "ServerError",
    ],
    ...[
      "TooManyRequests",
      "RateLimit",
      "Throttl",
      "CallNotPermitted",
      "CircuitBreaker",
      "BrokenCircuit",
      "Overload",
    ],
    ...[
      "BulkheadFull",
      "LeaderNotAvailable",
      "NotLeader",
      "Disconnect",
      "OperationalError",
      "InterfaceError",
    ],
    ...["BadGateway", "GatewayTimeout", "HttpServerError", "RetryableException", "AuthenticationException"],
  ].join("|"),
);
const DEPENDENCY_TEXT = new RegExp(
  [
    ...["\\bE(?:CONN(?:REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)\\b"],
    ...["connection (?:was |is |has been )?(?:refused|reset|closed|terminated|lost|aborted|timed out)"],
    ...["(?:terminat|clos)ing connection due to", "(?:could not|cannot|unable to|failed to) connect"],
    ...[
      "not permitted to log ?in",
      "password authentication failed",
      "too many (?:connections|clients|requests)",
    ],
    ...["timed? ?out\\b", "deadline exceeded", "no route to host", "no such host", "getaddrinfo"],
    ...["(?:service|temporarily) unavailable", "bad gateway", "the database system is (?:starting|shutting)"],
    ...["socket hang up", "broken pipe", "i/o timeout", "read-only transaction", "circuit ?breaker"],
  ].join("|"),
  "i",
);

/** Classes of what bytes that cannot be read, or values that break a rule, throw. */
const RECORD_CLASS = new RegExp(
  [
    ...[
      "Syntax",
      "Pars(?:e|ing)",
      "Serializ",
      "Serialis",
      "Decod",
      "Unmarshal",
      "Json",
      "Avro",
      "Protobuf",
      "Schema",
    ],
    ...[
      "Shape",
      "Payload",
      "Malformed",
      "Mapping",
      "Conversion",
      "Format",
      "Encoding",
      "DataException",
      "BadData",
    ],
    ...["Validat", "Invalid", "Illegal", "Constraint", "Integrity", "Duplicate", "Unsupported", "Unexpected"],
    ...[
      "Broken\\w*(?:Error|Exception)",
      "NullPointer",
      "NullReference",
      "TypeError",
      "ValueError",
      "KeyError",
    ],
    ...["ClassCast", "IndexOutOf", "RangeError", "ArgumentE", "ArgumentNull", "Arithmetic", "NumberFormat"],
    ...["NoSuchElement", "NotFound(?:Error|Exception)", "UnrecognizedProperty", "ZodError", "Violation"],
  ].join("|"),
);

/** leaningOf tells what class and message say; a class counts before a message, a dependency before a record. */
export function leaningOf(causeClass: string | null, message: string | null): FailureLeaning {
  const name = causeClass === null ? "" : simpleName(causeClass);
  if (DEPENDENCY_CLASS.test(name)) return "dependency";
  if (RECORD_CLASS.test(name)) return "record";
  return message !== null && DEPENDENCY_TEXT.test(message) ? "dependency" : "neither";
}

/** `ConnectException` of `java.net.ConnectException`: packages are called `schema` and `json` too. */
function simpleName(causeClass: string): string {
  return causeClass.split(/[.:]/).at(-1) ?? causeClass;
}
