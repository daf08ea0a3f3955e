import { StateTag } from "#components/ui/state-tag.tsx";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";
import type { Verdict } from "#lib/domain/groups/verdict.ts";

interface VerdictTagProps {
  verdict: Verdict;
  /** Why it is so, on hover; the verdict's meaning when left out. */
  reason?: string;
  look?: "plain" | "boxed";
}

/** A verdict as colour, icon and word, with its reason on hover. */
export function VerdictTag({ verdict, reason, look = "plain" }: VerdictTagProps) {
  const { tone, word, meaning } = VERDICT_WORDS[verdict];
  return (
    <StateTag
      tone={tone}
      word={word}
      hint={reason === undefined || reason === "" ? meaning : reason}
      look={look}
    />
  );
}
