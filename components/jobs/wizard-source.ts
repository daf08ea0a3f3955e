import { keptIds } from "#lib/client/new-job-href.ts";
import { DEAD_LETTER_STATES } from "#lib/domain/dead-letters/dead-letter.ts";
import type { DeadLetterFilter } from "#lib/domain/jobs/job-source.ts";
import { parseAsArrayOf, parseAsString, parseAsStringLiteral } from "nuqs";

import { newDraft, type JobDraft } from "./job-draft.ts";
import { edgeDraft } from "./range-draft.ts";

/** SOURCE_PARSERS read out of the address what a new job copies. */
export const SOURCE_PARSERS = {
  of: parseAsStringLiteral(["dead-letters", "records"]),
  ids: parseAsArrayOf(parseAsString).withDefault([]),
  /** Names ids that are kept in this tab. */
  kept: parseAsString,
  cause: parseAsString,
  state: parseAsStringLiteral(DEAD_LETTER_STATES),
  topic: parseAsString,
  group: parseAsString,
  q: parseAsString,
  from: parseAsString,
  to: parseAsString,
  partitions: parseAsString,
  /** `replay`: history again, for the group that is named. */
  purpose: parseAsStringLiteral(["replay"]),
};

/** The address as it was read. */
export interface SourceAddress {
  of: "dead-letters" | "records" | null;
  ids: string[];
  kept: string | null;
  cause: string | null;
  state: (typeof DEAD_LETTER_STATES)[number] | null;
  topic: string | null;
  group: string | null;
  q: string | null;
  from: string | null;
  to: string | null;
  partitions: string | null;
  purpose: "replay" | null;
}

/** What a new job copies. `lost`: the ids were kept in another tab, or this one was closed meanwhile. */
export type WizardSource =
  | { kind: "ids"; ids: string[] }
  | { kind: "filter"; filter: DeadLetterFilter }
  | { kind: "ranges" }
  | { kind: "lost" };

/** sourceOf tells what the address asks to copy; without anything it is ranges of topics. */
export function sourceOf(
  address: SourceAddress,
  idsOf: (key: string) => string[] | null = keptIds,
): WizardSource {
  if (address.of !== "dead-letters") return { kind: "ranges" };
  if (address.ids.length > 0) return { kind: "ids", ids: address.ids };
  if (address.kept !== null) {
    const ids = idsOf(address.kept);
    return ids === null ? { kind: "lost" } : { kind: "ids", ids };
  }
  return { kind: "filter", filter: filterOf(address) };
}

function filterOf({ cause, state, topic, group, q, from, to }: SourceAddress): DeadLetterFilter {
  const instant = (text: string | null): number | null =>
    text === null || !/^\d{1,15}$/.test(text) ? null : Number(text);
  const fields = { cause, state, topic, group, q, from: instant(from), to: instant(to) };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

/** draftFor is the form as it opens at an address. */
export function draftFor(address: SourceAddress): JobDraft {
  if (address.of === "dead-letters") return newDraft("dead-letters");
  return newDraft("records", {
    topics: address.topic === null ? [] : address.topic.split(","),
    partitions: address.partitions ?? "",
    from: edgeDraft(address.from, "start"),
    to: edgeDraft(address.to, "end"),
    ...(address.purpose === null ? {} : { purpose: address.purpose, target: "shadow" as const }),
    ...(address.purpose === null || address.group === null
      ? {}
      : { target: "group" as const, group: address.group }),
  });
}
