import type { Tone } from "#lib/domain/health/tone.ts";
import type { Verdict } from "#lib/domain/groups/verdict.ts";

/** VerdictWords is how a verdict is said: a word for a tag, its tone and what it means in one sentence. */
interface VerdictWords {
  word: string;
  tone: Tone | "neutral";
  /** What was seen, for a hover (protocol: "Lag that cannot be read off offsets"). */
  meaning: string;
}

/** VERDICT_WORDS says each verdict, the same on every page. */
export const VERDICT_WORDS: Readonly<Record<Verdict, VerdictWords>> = {
  rewind: {
    word: "went back",
    tone: "critical",
    meaning: "A commit went back and has not returned: records are read a second time.",
  },
  stall: {
    word: "stuck",
    tone: "critical",
    meaning: "A member owns a partition with lag and commits nothing.",
  },
  stop: {
    word: "stopped",
    tone: "warning",
    meaning: "A partition has lag, nobody owns it and nothing is committed.",
  },
  warn: {
    word: "falls behind",
    tone: "warning",
    meaning: "Commits advance and the lag never fell between two samples.",
  },
  ok: { word: "ok", tone: "ok", meaning: "Every partition keeps up." },
  unknown: { word: "unknown", tone: "neutral", meaning: "There are too few samples to judge it." },
};
