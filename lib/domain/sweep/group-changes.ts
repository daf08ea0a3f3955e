import type { OffsetsByPartition } from "#lib/domain/sweep/observation.ts";
import type { GroupEvent, GroupMember, GroupState } from "#lib/domain/groups/group.ts";
import { recordsPhrase } from "#lib/domain/time/phrase.ts";

/** Something that one sweep saw happen to a group. */
export type GroupChange = Omit<GroupEvent, "at">;

/** stateChange is the mark of a group that lost its last member, got its first, or died; null for what lies between. */
export function stateChange(before: GroupState, now: GroupState): GroupChange | null {
  if (before === now || ![before, now].some((state) => state === "empty" || state === "dead")) return null;
  return { kind: "state", sentence: `Its state went from ${wordOf(before)} to ${wordOf(now)}.` };
}

const wordOf = (state: GroupState): string => state.replaceAll("-", " ");

/** rebalance is the mark of members or assignments that are not what they were; null when nothing changed. */
export function rebalance(before: readonly GroupMember[], now: readonly GroupMember[]): GroupChange | null {
  if (signatureOf(before) === signatureOf(now)) return null;
  const sentence =
    before.length === now.length
      ? `Its partitions were dealt out anew among ${membersOf(now)}.`
      : `Its members went from ${before.length} to ${now.length}.`;
  return { kind: "rebalance", sentence };
}

const membersOf = (members: readonly GroupMember[]): string =>
  members.length === 1 ? "1 member" : `${members.length} members`;

function signatureOf(members: readonly GroupMember[]): string {
  const each = members.map(({ memberId, assignments }) => {
    const topics = assignments.map(({ topic, partitions }) => `${topic}:${[...partitions].sort().join()}`);
    return JSON.stringify([memberId, topics.sort()]);
  });
  return each.sort().join();
}

/** rewind is the mark of commits of a topic that went back between two sweeps; null when none did. */
export function rewind(
  topic: string,
  before: OffsetsByPartition,
  now: OffsetsByPartition,
): GroupChange | null {
  let [partitions, records] = [0, 0n];
  before.forEach((offset, partition) => {
    const next = now[partition] ?? null;
    if (offset === null || next === null || next >= offset) return;
    partitions += 1;
    records += offset - next;
  });
  if (partitions === 0) return null;
  const where = partitions === 1 ? "1 partition" : `${partitions} partitions`;
  return {
    kind: "rewind",
    sentence: `Commits on ${topic} went back by ${recordsPhrase(Number(records))} on ${where}.`,
  };
}
