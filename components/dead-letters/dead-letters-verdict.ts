import { formatCount } from "#components/ui/format-quantity.ts";
import type { Tone } from "#components/ui/tone.ts";
import { FAILURE_KINDS, type DeadLetterCause } from "#lib/domain/dead-letters/dead-letter.ts";

import { newInHour } from "./cause-words.ts";
import { FAILURE_WORDS } from "./failure-words.ts";
import type { StateCounts } from "./state-words.ts";

/** What the sentence over the dead letters is made of. */
interface OpenCauses {
  items: readonly Pick<DeadLetterCause, "verdict" | "spark">[];
  nextCursor: string | null;
  totals: StateCounts;
}

interface Verdict {
  sentence: string;
  tone: Tone;
}

const PHRASES = {
  outage: ["looks like an outage", "look like outages"],
  "poison-pill": ["looks like a poison pill", "look like poison pills"],
  unclear: ["is unclear", "are unclear"],
} as const;

/**
 * deadLettersVerdict says in one sentence what is open in a cluster, worst first. `causes` are those with open dead
 * letters; more than their first page is said as "at least". `topics` is how many dead-letter topics are followed.
 */
export function deadLettersVerdict(causes: OpenCauses, topics: number | undefined): Verdict {
  const { items, totals } = causes;
  if (topics === 0) return { sentence: "No dead-letter topic was found.", tone: "neutral" };
  if (totals.open === 0) {
    const asksForSomebody = totals.returned > 0 || totals.unknown > 0;
    return { sentence: quietSentence(totals), tone: asksForSomebody ? "warning" : "ok" };
  }
  const more = causes.nextCursor === null ? "" : "at least ";
  const head = `${formatCount(totals.open)} ${totals.open === 1 ? "dead letter is" : "dead letters are"} open`;
  const of = `of ${more}${formatCount(items.length)} ${items.length === 1 ? "cause" : "causes"}`;
  const recent = items.reduce((sum, cause) => sum + newInHour(cause), 0);
  const lately = recent === 0 ? "none came in the last hour" : `${formatCount(recent)} came in the last hour`;
  const kinds = FAILURE_KINDS.toSorted((a, b) => RANK[a] - RANK[b]).flatMap((kind) => {
    const count = items.filter(({ verdict }) => verdict.kind === kind).length;
    return count === 0 ? [] : [{ kind, count }];
  });
  const worst = kinds[0]?.kind ?? "unclear";
  const parts = kinds.map(({ kind, count }) => `${formatCount(count)} ${PHRASES[kind][count === 1 ? 0 : 1]}`);
  const looks = parts.length === 0 ? "" : `: ${parts.join(", ")}`;
  const tone = worst === "unclear" ? "warning" : FAILURE_WORDS[worst].tone;
  return { sentence: `${head}, ${of}${looks}; ${lately}.`, tone };
}

const RANK = { outage: 0, "poison-pill": 1, unclear: 2 } as const;

function quietSentence({ returned, unknown, "in-redrive": inRedrive }: StateCounts): string {
  const rest = [
    ...(returned === 0 ? [] : [`${formatCount(returned)} came back from a redrive`]),
    ...(unknown === 0 ? [] : [`${formatCount(unknown)} with an unknown outcome`]),
    ...(inRedrive === 0 ? [] : [`${formatCount(inRedrive)} in redrive`]),
  ];
  return rest.length === 0 ? "No dead letter is open." : `No dead letter is open; ${rest.join(", ")}.`;
}
