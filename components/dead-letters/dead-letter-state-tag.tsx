import { StateTag } from "#components/ui/state-tag.tsx";
import type { DeadLetterRow } from "#lib/domain/dead-letters/dead-letter.ts";

import { STATE_WORDS } from "./state-words.ts";

interface DeadLetterStateTagProps {
  row: Pick<DeadLetterRow, "state" | "stateReason">;
  look?: "plain" | "boxed";
}

/** Where a dead letter stands, as colour, icon and word; why on hover. */
export function DeadLetterStateTag({ row, look = "plain" }: DeadLetterStateTagProps) {
  const { tone, word, meaning } = STATE_WORDS[row.state];
  const hint = row.stateReason === null ? meaning : `${meaning} Reason: ${row.stateReason}`;
  return <StateTag tone={tone} word={word} hint={hint} look={look} />;
}
