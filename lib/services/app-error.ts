import type { ErrorCode } from "#lib/contracts/error-codes.ts";

/** One parameter that could not be taken, as RFC 9457's example names it. `reason` never quotes the value. */
export interface InvalidParam {
  readonly name: string;
  readonly in: "path" | "query" | "body";
  readonly reason: string;
}

/** What an {@link AppError} may carry beside its code and sentence. */
interface AppErrorOptions {
  cause?: unknown;
  details?: Readonly<Record<string, string | number>>;
  /** The parameters that are wrong, for `request_invalid`. */
  invalidParams?: readonly InvalidParam[];
}

/**
 * AppError is the one error that services throw on purpose. `message` is a sentence for the person who called;
 * `details` are coordinates that may be shown. Anything else that is thrown reads `internal_error` outside.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, string | number>>;
  readonly invalidParams: readonly InvalidParam[];

  /**
   * Tells by the name: in one Next process this module exists several times, and what the runtime's copy throws is
   * an instance of that copy's class alone. A subclass would inherit this and answer for every AppError: there is
   * none.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "AppError";
  }

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.details = options.details ?? {};
    this.invalidParams = options.invalidParams ?? [];
  }
}
