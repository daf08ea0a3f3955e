import { classifyError, type ErrorClass } from "#kit/error-class.ts";

/** PostgreSQL refused the login (28000), or an administrator ended the session (57P01). */
const LOGIN_TAKEN_AWAY = new Set(["28000", "57P01"]);

/**
 * Classifies a failure of payments as the kit does, with one exception on purpose: a login that was taken away is
 * `retryable`, although nothing is wrong with the record. So, in the scenario `outage`, events go to the dead letters
 * after three attempts each, as they do in a service whose author did not think of it, and there is something to
 * find and to redrive. A database that is down stays `unavailable`: then payments waits.
 */
export function classifyPaymentError(error: unknown): ErrorClass {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code === "string" && LOGIN_TAKEN_AWAY.has(code)) return "retryable";
  return classifyError(error);
}
