import type { GroupKind, GroupState } from "#lib/domain/groups/group.ts";

/** What the kinds of group are, for a choice. */
export const KIND_WORDS: Record<GroupKind, string> = {
  classic: "classic",
  consumer: "consumer (KIP-848)",
  share: "share",
  streams: "streams",
};

/** A state of a group in words: `preparing rebalance`. */
export function stateWord(state: GroupState): string {
  return state.replaceAll("-", " ");
}
