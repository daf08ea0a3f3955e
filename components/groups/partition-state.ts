import type { Tone } from "#components/ui/tone.ts";
import { formatCount } from "#components/ui/format-quantity.ts";
import { VERDICT_WORDS } from "#lib/domain/groups/verdict-words.ts";
import type { GroupPartition } from "#lib/domain/groups/group.ts";

/** How one partition of a group stands: a word, its tone and why. */
export interface PartitionState {
  word: string;
  tone: Tone;
  why: string;
}

/** partitionState is the verdict on a partition, unless its commit lies where no verdict helps: lost, past the end, orphaned. */
export function partitionState({
  lag,
  verdict,
  reason,
}: Pick<GroupPartition, "lag" | "verdict" | "reason">): PartitionState {
  switch (lag.state) {
    case "lost":
      return {
        word: `${formatCount(lag.lost)} lost`,
        tone: "critical",
        why: `${formatCount(lag.lost)} records between the commit and the start offset were deleted unread.`,
      };
    case "beyond-end":
      return {
        word: "past the end",
        tone: "warning",
        why: `The commit lies ${formatCount(lag.by)} past the end: the partition was truncated or created anew.`,
      };
    case "orphaned":
      return {
        word: "orphaned",
        tone: "notice",
        why: "The topic or the partition is gone; its commit remains.",
      };
    case "uncommitted":
      return { word: "no commit", tone: "neutral", why: "The group has not committed on this partition." };
    case "known":
    case "marker-tail":
    case "unknown": {
      const { word, tone, meaning } = VERDICT_WORDS[verdict];
      return { word, tone, why: reason === "" ? meaning : reason };
    }
  }
}
