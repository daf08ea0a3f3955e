import type { GroupMember, GroupPartition } from "#lib/domain/groups/group.ts";

import { lagRecords } from "./partition-order.ts";

/** memberLag sums the known lag of the partitions a member owns, in records; null when none is known. */
export function memberLag(member: GroupMember, partitions: readonly GroupPartition[]): number | null {
  let sum: number | null = null;
  for (const partition of partitions) {
    const lag = partition.memberId === member.memberId ? lagRecords(partition.lag) : null;
    if (lag !== null) sum = (sum ?? 0) + lag;
  }
  return sum;
}

/** assignmentWords says what a member owns: `order.order.created 0-2, 5`. */
export function assignmentWords(member: Pick<GroupMember, "assignments">): string {
  const owned = member.assignments.filter(({ partitions }) => partitions.length > 0);
  if (owned.length === 0) return "none";
  return owned.map(({ topic, partitions }) => `${topic} ${runs(partitions)}`).join("; ");
}

/** subscriptionWords says what a member asked to read besides what is owned: a pattern, topics that nobody owns; else null. */
export function subscriptionWords({
  pattern,
  waitsFor,
}: Pick<GroupMember, "pattern" | "waitsFor">): string | null {
  const parts = [
    ...(pattern === null ? [] : [`subscribes by the pattern ${pattern}`]),
    ...(waitsFor.length === 0 ? [] : [`waits for ${waitsFor.join(", ")}`]),
  ];
  return parts.length === 0 ? null : parts.join("; ");
}

/** Numbers as runs: 0, 1, 2, 5 is `0-2, 5`. */
function runs(numbers: readonly number[]): string {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const parts: { from: number; to: number }[] = [];
  for (const number of sorted) {
    const last = parts.at(-1);
    if (last !== undefined && number === last.to + 1) last.to = number;
    else parts.push({ from: number, to: number });
  }
  return parts.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join(", ");
}
