import type { DecoderChoice } from "#lib/domain/records/record.ts";
import { SEARCH_LIMITS, type FilterTerm, type RecordSearch } from "#lib/domain/records/record-search.ts";

import { endBound, searchEnd, searchStart, startBound } from "./search-start.ts";

/** What the address of the Records page says of a search. */
export interface AskedSearch {
  topic: string[];
  /** See {@link startBound}. */
  from: string;
  /** See {@link endBound}. */
  to: string;
  /** `0,2,5`; empty is all. */
  partitions: string;
  /** The text box. */
  q: string;
  /** The text box takes capital and small letters for the same. */
  anyCase: boolean;
  where: FilterTerm[];
  keyAs: DecoderChoice;
  valueAs: DecoderChoice;
  isolation: RecordSearch["isolation"];
  /** Records found at most before "continue". */
  hits: number;
}

/** A search that can be run, or what is missing, in a sentence; `empty` while no topic is chosen. */
export type Question =
  { state: "ready"; search: RecordSearch } | { state: "faulty"; sentence: string } | { state: "empty" };

/** A live search goes on for as long as somebody looks: the page continues it by its token. */
const LIVE_LIMITS = {
  ...SEARCH_LIMITS.usual,
  hits: SEARCH_LIMITS.greatest.hits,
  seconds: SEARCH_LIMITS.greatest.seconds,
};

/** questionOf makes the search that an address means. */
export function questionOf(asked: AskedSearch): Question {
  if (asked.topic.length === 0) return { state: "empty" };
  const start = searchStart(startBound(asked.from));
  const end = searchEnd(endBound(asked.to));
  const partitions = partitionsOf(asked.partitions);
  const faulty = [start, end, partitions].find((each) => typeof each === "string");
  if (typeof faulty === "string") return { state: "faulty", sentence: faulty };
  if (typeof start === "string" || typeof end === "string" || typeof partitions === "string")
    return { state: "empty" };
  return {
    state: "ready",
    search: {
      topics: asked.topic,
      partitions,
      start,
      end: start.kind === "live" ? { kind: "end" } : end,
      terms: termsOf(asked),
      limits: start.kind === "live" ? LIVE_LIMITS : { ...SEARCH_LIMITS.usual, hits: asked.hits },
      isolation: asked.isolation,
      keyDecoder: asked.keyAs,
      valueDecoder: asked.valueAs,
      token: null,
    },
  };
}

/** termsOf are the conditions of a search: the text box first, then the rows. */
export function termsOf({ q, anyCase, where }: Pick<AskedSearch, "q" | "anyCase" | "where">): FilterTerm[] {
  const text = q.trim();
  const box: FilterTerm[] = text === "" ? [] : [{ kind: "text", in: "any", text, matchCase: !anyCase }];
  return [...box, ...where];
}

/** partitionsOf reads `0, 2-4`; null is all, a text says what cannot be read. */
export function partitionsOf(text: string): number[] | string | null {
  if (text.trim() === "") return null;
  const numbers = new Set<number>();
  for (const part of text.split(",")) {
    const [, first, last] = /^\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?$/.exec(part) ?? [];
    const from = Number(first);
    const to = last === undefined ? from : Number(last);
    if (first === undefined || to < from || to - from >= 10_000)
      return `Partitions read as 0, 2-4: “${part.trim()}” is neither a number nor a range.`;
    for (let each = from; each <= to; each += 1) numbers.add(each);
  }
  return [...numbers].sort((a, b) => a - b);
}
