import type { DeadLetterCause } from "#lib/domain/dead-letters/dead-letter.ts";

/** shortClass is an exception's class without its package: `org.acme.PriceException` is `PriceException`. */
export function shortClass(name: string): string {
  return /[^.\\]+$/.exec(name)?.[0] ?? name;
}

/** A cause as a line: what it is called, and what tells it from others of that name. */
interface CauseWords {
  title: string;
  /** The message, else the frame; null where neither is told. */
  detail: string | null;
}

/** causeWords names a cause. Who may not read records sees the frame in the message's place. */
export function causeWords({
  causeClass,
  message,
  frame,
}: Pick<DeadLetterCause, "causeClass" | "message" | "frame">): CauseWords {
  return {
    title: causeClass === null ? "No exception told" : shortClass(causeClass),
    detail: message === null || message === "" ? frame : message,
  };
}

/** The greatest number of keys that is counted exactly. */
const KEYS_EXACT = 1_000;

/** keysWords writes how many different keys a cause touched; beyond a thousand nobody counts on. */
export function keysWords(keys: number): string {
  return keys >= KEYS_EXACT ? "1,000 or more" : String(keys);
}

/** newInHour is how many dead letters came in the last hour, by the spark line's minutes. */
export function newInHour({ spark }: Pick<DeadLetterCause, "spark">): number {
  return spark.reduce((sum, count) => sum + count, 0);
}
