import { formatCount } from "#components/ui/format-quantity.ts";
import type { DeadLetterRow, LineageStep, SameKeyOrder } from "#lib/domain/dead-letters/dead-letter.ts";

import { shortClass } from "./cause-words.ts";

/** groupTitle is what a group is called on screen: the empty id is legal in Kafka. */
export function groupTitle(group: string): string {
  return group === "" ? "(empty group id)" : group;
}

/** deadLetterSentence says who gave up on a record, after how many attempts and why, and where it stands now. */
export function deadLetterSentence(
  row: Pick<DeadLetterRow, "group" | "attempts" | "causeClass" | "exception" | "state" | "hops">,
): string {
  const who = row.group === null ? "A group that no header names" : groupTitle(row.group);
  const after =
    row.attempts === null
      ? ""
      : ` after ${formatCount(row.attempts)} ${row.attempts === 1 ? "attempt" : "attempts"}`;
  const failure = row.causeClass ?? row.exception;
  const why = failure === null ? "; why is not told" : `: ${shortClass(failure)}`;
  const again = row.hops > 1 ? ` It failed ${formatCount(row.hops)} times in all.` : "";
  return `${who} gave up on it${after}${why}. ${STATE_SENTENCES[row.state]}${again}`;
}

const STATE_SENTENCES: Readonly<Record<DeadLetterRow["state"], string>> = {
  open: "It is open.",
  "in-redrive": "It is in redrive.",
  passed: "It was redriven and has passed.",
  returned: "It was redriven and came back.",
  unknown: "It was redriven; what became of it is not known.",
  discarded: "It is discarded.",
  expired: "Its topic no longer holds it.",
};

const STEP_WORDS = {
  source: "source",
  retry: "retry",
  "dead-letter": "dead letter",
  redrive: "redrive",
} as const;

/** stepTitles names the steps of a lineage; those that happen again and again are numbered: `redrive 1`, `redrive 2`. */
export function stepTitles(steps: readonly Pick<LineageStep, "kind">[]): string[] {
  const seen = new Map<LineageStep["kind"], number>();
  return steps.map(({ kind }) => {
    const nth = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, nth);
    const several = kind === "redrive" || steps.filter((step) => step.kind === kind).length > 1;
    return several ? `${STEP_WORDS[kind]} ${nth}` : STEP_WORDS[kind];
  });
}

/** orderSentence answers whether the group has gone past newer records of the same key, and what that means. */
export function orderSentence(order: SameKeyOrder, group: string | null): { title: string; detail: string } {
  const who = group === null ? "The group" : groupTitle(group);
  switch (order.state) {
    case "yes":
      return {
        title: `${who} has committed ${formatCount(order.newer)} newer ${order.newer === 1 ? "record" : "records"} of this key.`,
        detail: `The first is at offset ${formatCount(order.offset)} of ${order.topic}, partition ${order.partition}. A redrive would bring what is older after what is newer.`,
      };
    case "no":
      return {
        title: `${who} has committed no newer record of this key.`,
        detail: `Offsets ${formatCount(order.scannedFrom)} to ${formatCount(order.scannedTo)} were looked at.`,
      };
    case "unknown":
      return {
        title: `Whether ${who === "The group" ? "the group" : who} has committed newer records of this key is not known.`,
        detail:
          order.scannedTo === null
            ? order.reason
            : `${order.reason} It was scanned to offset ${formatCount(order.scannedTo)}.`,
      };
  }
}
