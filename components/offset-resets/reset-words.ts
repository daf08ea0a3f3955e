import { formatCount } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import type {
  OffsetReset,
  OffsetResetRow,
  ResetEffect,
  ResetState,
  WatchFinding,
} from "#lib/domain/offset-resets/offset-reset.ts";
import { partitionsPhrase } from "#lib/domain/time/phrase.ts";

interface Words {
  tone: Tone;
  word: string;
  meaning: string;
}

/** RESET_WORDS: each state of a reset as people call it. */
export const RESET_WORDS: Readonly<Record<ResetState, Words>> = {
  planned: { tone: "notice", word: "planned", meaning: "Nothing is changed yet." },
  applying: {
    tone: "warning",
    word: "applying",
    meaning: "It is being applied. Where it was interrupted, the worker compares the commits within 2 m.",
  },
  applied: { tone: "ok", word: "applied", meaning: "The coordinator took every commit of the plan." },
  refused: { tone: "warning", word: "refused", meaning: "Nothing was changed." },
  failed: { tone: "critical", word: "failed", meaning: "A part of it was done." },
  undone: { tone: "neutral", word: "undone", meaning: "Another reset took it back." },
};

/** EFFECT_WORDS: what a move means for the group. */
export const EFFECT_WORDS: Readonly<Record<ResetEffect, { tone: Tone; word: string }>> = {
  unchanged: { tone: "neutral", word: "unchanged" },
  reread: { tone: "notice", word: "read again" },
  skip: { tone: "warning", word: "skipped" },
  begin: { tone: "notice", word: "to read" },
  forget: { tone: "warning", word: "commit deleted" },
};

/** FINDING_WORDS: what became of a partition after it was reset. */
export const FINDING_WORDS: Readonly<
  Record<WatchFinding["what"], { tone: Tone; word: string; why: string }>
> = {
  overwritten: {
    tone: "critical",
    word: "overwritten",
    why: "The commit moved while the group had no members: a consumer with assigned partitions commits.",
  },
  "moved-back": {
    tone: "warning",
    word: "moved back",
    why: "A member committed an offset before the one it was put to.",
  },
  "read-on": { tone: "ok", word: "reads on", why: "Members joined and read on from where it was put." },
};

/** resetTitle names a reset by what it does: `Reset 12 partitions of payments`; the words of its last button. */
export function resetTitle(
  { target, group }: Pick<OffsetReset, "target" | "group">,
  changed: number,
): string {
  const count = partitionsPhrase(changed);
  const shown = group === "" ? "the group without a name" : group;
  if (target.kind === "delete-group") return `Delete the group ${shown}`;
  if (target.kind === "none") return `Delete the commits of ${count} of ${shown}`;
  if (target.kind === "undo") return `Undo the reset of ${count} of ${shown}`;
  return `Reset ${count} of ${shown}`;
}

/** isDestructive says whether the last button looks dangerous: it deletes, or records are skipped. */
export function isDestructive({ target, totals }: Pick<OffsetResetRow, "target" | "totals">): boolean {
  return (
    target.kind === "none" || target.kind === "delete-group" || totals.skipped > 0 || totals.forgotten > 0
  );
}

/** recordsWords writes a number of records, with "at most" where offsets are not records one by one. */
export function recordsWords(records: number | null, atMost: boolean): string | null {
  if (records === null) return null;
  return `${atMost ? "at most " : ""}${formatCount(records)}`;
}
