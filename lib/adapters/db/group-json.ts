import type { GroupTopicPartition } from "#lib/domain/sweep/cluster-snapshot.ts";
import type { GroupMember } from "#lib/domain/groups/group.ts";

/**
 * A partition as the jsonb of group_topic_state holds it: a tuple, since the names of ten fields would be half of
 * what a sweep writes. Offsets are decimal text, which no parser rounds.
 */
type StoredPartition = [
  partition: number,
  committed: string | null,
  end: string | null,
  start: string | null,
  lag: GroupTopicPartition["lag"],
  timeLagMs: number | null,
  retentionUsed: number | null,
  expiresAt: number | null,
  verdict: GroupTopicPartition["verdict"],
  reason: string,
  memberId: string | null,
  movedAt: number | null,
];

const textOf = (offset: bigint | null): string | null => (offset === null ? null : offset.toString());
const offsetOf = (text: string | null): bigint | null => (text === null ? null : BigInt(text));

/** jsonOfPartitions writes partitions for the column group_topic_state.partitions. */
export function jsonOfPartitions(partitions: readonly GroupTopicPartition[]): StoredPartition[] {
  return partitions.map((each) => [
    each.partition,
    textOf(each.committed),
    textOf(each.end),
    textOf(each.start),
    each.lag,
    each.timeLagMs,
    each.retentionUsed,
    each.expiresAt,
    each.verdict,
    each.reason,
    each.memberId,
    each.movedAt,
  ]);
}

/** partitionsOfJson reads what {@link jsonOfPartitions} wrote. */
export function partitionsOfJson(json: unknown): GroupTopicPartition[] {
  return (json as StoredPartition[]).map(
    ([
      partition,
      committed,
      end,
      start,
      lag,
      timeLagMs,
      retentionUsed,
      expiresAt,
      verdict,
      reason,
      memberId,
      movedAt,
    ]) => ({
      partition,
      committed: offsetOf(committed),
      end: offsetOf(end),
      start: offsetOf(start),
      lag,
      timeLagMs,
      retentionUsed,
      expiresAt,
      verdict,
      reason,
      memberId,
      movedAt,
    }),
  );
}

/** Fields of a member that sweeps of former versions did not write. */
type StoredMember = Omit<GroupMember, "pattern" | "waitsFor"> &
  Partial<Pick<GroupMember, "pattern" | "waitsFor">>;

/** membersOfJson reads members as the jsonb of group_state holds them; what a former version did not write is not told. */
export function membersOfJson(stored: unknown): GroupMember[] {
  const members = (stored ?? []) as StoredMember[];
  return members.map(({ pattern = null, waitsFor = [], ...member }) => ({ ...member, pattern, waitsFor }));
}
