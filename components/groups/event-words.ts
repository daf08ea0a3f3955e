import type { Tone } from "#components/ui/tone.ts";
import type { GroupEventKind } from "#lib/domain/groups/group.ts";

/** Each kind of event in a word or two, with its tone. */
export const EVENT_WORDS: Record<GroupEventKind, { word: string; tone: Tone }> = {
  state: { word: "state", tone: "neutral" },
  rebalance: { word: "rebalance", tone: "notice" },
  rewind: { word: "went back", tone: "critical" },
  "topic-recreated": { word: "topic re-created", tone: "warning" },
  reset: { word: "reset", tone: "warning" },
  "reset-undone": { word: "reset undone", tone: "warning" },
  "offsets-deleted": { word: "offsets deleted", tone: "warning" },
  redrive: { word: "job", tone: "notice" },
};
