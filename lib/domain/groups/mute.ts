import type { GroupDetail } from "#lib/domain/groups/group.ts";

/** GroupMute says that lag of a group is expected for a while. Instants are epoch ms. */
export interface GroupMute {
  /** The copy job it is for; null where there is none. */
  job: number | null;
  fromAt: number;
  untilAt: number;
  /** Why, in a sentence. */
  reason: string;
}

/** What the configuration declares of a group that decides how a replay reaches it. */
interface DeclaredGroup {
  isolation: "read_committed" | "read_uncommitted" | "unknown";
  effects: "pure" | "external" | "unknown";
}

/** ShownGroup is a group with what is muted of it now, and what is declared of it. */
export interface ShownGroup extends GroupDetail {
  mutes: GroupMute[];
  declared: DeclaredGroup;
}
