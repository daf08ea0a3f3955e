import type { GroupKind, GroupState } from "#lib/domain/groups/group.ts";

/** What the expiry of a group's commits is told from. */
export interface ExpiryInput {
  kind: GroupKind;
  state: GroupState;
  /** Empty for a group whose commits were made without ever joining. */
  protocolType: string;
  /** Since when the group has its state; null when that began before Sluice watched. */
  stateSinceAt: number | null;
  /** When the commit of each partition was last seen to move; null when never. */
  movedAt: readonly (number | null)[];
  /** The brokers' `offsets.retention.minutes`, ms; null when not known. */
  offsetsRetentionMs: number | null;
}

/**
 * offsetsExpireAt is when the first committed offset of an empty group is gone, not after, epoch ms (protocol, "Lag
 * that cannot be read off offsets"): a classic group's clock starts when it became empty, every other one's with each
 * commit. null while the group has members, and when it began before Sluice watched.
 */
export function offsetsExpireAt(input: ExpiryInput): number | null {
  const { kind, state, protocolType, stateSinceAt, movedAt, offsetsRetentionMs } = input;
  if (state !== "empty" || offsetsRetentionMs === null || kind === "share") return null;
  if (kind === "classic" && protocolType !== "") {
    return stateSinceAt === null ? null : stateSinceAt + offsetsRetentionMs;
  }
  const known = movedAt.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known) + offsetsRetentionMs;
}
