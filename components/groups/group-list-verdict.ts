import { formatCount } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";
import { TROUBLED_VERDICTS, type Verdict } from "#lib/domain/groups/verdict.ts";

/** What the list endpoint counts over all pages. */
export interface GroupCounts {
  all: number;
  empty: number;
  byVerdict: Readonly<Record<Verdict, number>>;
}

/** One sentence on a list of groups, with the tone of its worst part. */
interface ListVerdict {
  sentence: string;
  tone: Tone;
}

/** Each troubled verdict as a verb, for one group and for several. */
const VERBS = {
  rewind: ["went back", "went back"],
  stall: ["is stuck", "are stuck"],
  stop: ["has stopped", "have stopped"],
  warn: ["falls behind", "fall behind"],
} as const;

/** groupListVerdict says in one sentence how the counted groups do, worst first. `noun` is "group" or narrower. */
export function groupListVerdict(counts: GroupCounts, noun = "group"): ListVerdict {
  const troubled = TROUBLED_VERDICTS.filter((verdict) => counts.byVerdict[verdict] > 0);
  const worst = troubled[0];
  const unjudged = counts.byVerdict.unknown;
  if (counts.all === 0) return { sentence: `No ${noun} yet.`, tone: "neutral" };
  const unknownPart = unjudged === 0 ? "" : `; ${formatCount(unjudged)} cannot be judged yet`;
  if (worst === undefined)
    return { sentence: quietSentence(counts, noun), tone: unjudged === counts.all ? "neutral" : "ok" };
  const parts = troubled.map((verdict, place) => {
    const count = counts.byVerdict[verdict];
    return `${place === 0 ? `${formatCount(count)} ${plural(count, noun)}` : formatCount(count)} ${VERBS[verdict][count === 1 ? 0 : 1]}`;
  });
  const { ok } = counts.byVerdict;
  const okPart = ok === 0 ? "" : `; ${formatCount(ok)} ${ok === 1 ? "keeps" : "keep"} up`;
  return { sentence: `${joined(parts)}${okPart}${unknownPart}.`, tone: VERDICT_WORDS[worst].tone };
}

function quietSentence(counts: GroupCounts, noun: string): string {
  const unjudged = counts.byVerdict.unknown;
  const { ok } = counts.byVerdict;
  if (ok === 0) {
    return counts.all === 1
      ? `The one ${noun} cannot be judged yet: too few samples are stored.`
      : `None of the ${formatCount(counts.all)} ${noun}s can be judged yet: too few samples are stored.`;
  }
  if (unjudged > 0)
    return `${formatCount(ok)} ${plural(ok, noun)} ${ok === 1 ? "keeps" : "keep"} up; ${formatCount(unjudged)} cannot be judged yet.`;
  return counts.all === 1 ? `The one ${noun} keeps up.` : `All ${formatCount(counts.all)} ${noun}s keep up.`;
}

function plural(count: number, noun: string): string {
  return count === 1 ? noun : `${noun}s`;
}

function joined(parts: readonly string[]): string {
  const last = parts.at(-1) ?? "";
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(", ")} and ${last}`;
}
