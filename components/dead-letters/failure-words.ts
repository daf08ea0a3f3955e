import type { Tone } from "#components/ui/tone.ts";
import type { FailureKind } from "#lib/domain/dead-letters/dead-letter.ts";

/** What a cause looks like, as a tag: its word, tone and general meaning. */
export const FAILURE_WORDS: Readonly<Record<FailureKind, { tone: Tone; word: string; meaning: string }>> = {
  outage: {
    tone: "critical",
    word: "outage",
    meaning: "Something that the group depends on fails for every record, whatever it holds.",
  },
  "poison-pill": {
    tone: "warning",
    word: "poison pill",
    meaning: "Some records fail because of what they hold, while others of the same topic pass.",
  },
  unclear: {
    tone: "neutral",
    word: "unclear",
    meaning: "There is too little to tell an outage from a poison pill.",
  },
};
