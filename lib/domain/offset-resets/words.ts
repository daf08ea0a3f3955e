import type { PlanTotals, ResetTarget } from "#lib/domain/offset-resets/offset-reset.ts";
import { durationPhrase, partitionsPhrase, recordsPhrase } from "#lib/domain/time/phrase.ts";

/** targetPhrase says where commits go: `to the earliest offset`, `back by 100 records`. */
export function targetPhrase(target: ResetTarget): string {
  switch (target.kind) {
    case "earliest":
      return "to the earliest offset";
    case "latest":
      return "to the latest offset";
    case "time":
      return `to ${new Date(target.at).toISOString()}`;
    case "ago":
      return `to ${durationPhrase(target.ms)} before`;
    case "offset":
      return `to the offset ${target.offset}`;
    case "shift":
      return `${target.by < 0 ? "back" : "forward"} by ${recordsPhrase(Math.abs(target.by))}`;
    case "group":
      return `to the commits of ${JSON.stringify(target.group)}`;
    case "snapshot":
      return "to a snapshot";
    case "undo":
      return "to where it stood before";
    case "none":
      return "to no commit";
    case "delete-group":
      return "to no commit, and the group deleted";
  }
}

/** resetSentence says what was done, for the history of a group. */
export function resetSentence(target: ResetTarget, totals: PlanTotals, who: string): string {
  const count = partitionsPhrase(totals.changed);
  if (target.kind === "delete-group") return `${who} deleted the group with the commits of ${count}.`;
  if (target.kind === "none") return `${who} deleted the commits of ${count}.`;
  if (target.kind === "undo") return `${who} took a reset of ${count} back.`;
  return `${who} reset ${count} ${targetPhrase(target)}.`;
}
