import type { DeadLetterCause, DeadLetterState, FailureKind } from "#lib/domain/dead-letters/dead-letter.ts";
import { noCounts } from "#lib/domain/dead-letters/states.ts";

/** Counts of some states, none in the others. */
export function counts(of: Partial<Record<DeadLetterState, number>>) {
  return { ...noCounts(), ...of };
}

/** A cause as far as a sentence is told from it. */
export function cause(
  kind: FailureKind,
  spark: readonly number[] = [],
): Pick<DeadLetterCause, "verdict" | "spark"> {
  return { verdict: { kind, sentence: "" }, spark: [...spark] };
}
