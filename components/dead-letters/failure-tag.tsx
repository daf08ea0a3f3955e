import { StateTag } from "#components/ui/state-tag.tsx";
import type { FailureVerdict } from "#lib/domain/dead-letters/dead-letter.ts";

import { FAILURE_WORDS } from "./failure-words.ts";

interface FailureTagProps {
  verdict: FailureVerdict;
  look?: "plain" | "boxed";
}

/** Outage, poison pill or unclear, as colour, icon and word; the evidence on hover. */
export function FailureTag({ verdict, look = "plain" }: FailureTagProps) {
  const { tone, word, meaning } = FAILURE_WORDS[verdict.kind];
  return (
    <StateTag
      tone={tone}
      word={word}
      hint={verdict.sentence === "" ? meaning : verdict.sentence}
      look={look}
    />
  );
}
