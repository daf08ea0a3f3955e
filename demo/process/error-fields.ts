/**
 * What the log says of an error: name, code, message and stack. Never the error itself: pg hangs the connection, the
 * query and the failing row on its errors, and those hold payloads.
 */
export function errorFields(error: unknown): {
  error: string;
  code?: string;
  reason: string;
  stack?: string;
} {
  if (!(error instanceof Error)) return { error: typeof error, reason: String(error) };
  const code = "code" in error && typeof error.code === "string" ? { code: error.code } : {};
  const stack = error.stack === undefined ? {} : { stack: error.stack };
  return { error: error.name, ...code, reason: error.message, ...stack };
}
