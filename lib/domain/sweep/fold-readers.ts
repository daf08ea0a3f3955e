import type { GroupSnapshot } from "#lib/domain/sweep/cluster-snapshot.ts";
import type { OwnSnapshot } from "#lib/domain/sweep/group-book.ts";
import { parentOf } from "#lib/domain/groups/parent-of.ts";
import { VERDICTS } from "#lib/domain/groups/verdict.ts";

/**
 * foldReaders tells of each group whom it reads for, and how much trouble stands in its row: a parent's row is as
 * troubled as the worst of its readers. `ids` are all groups of the cluster.
 */
export function foldReaders(groups: readonly OwnSnapshot[], ids: ReadonlySet<string>): GroupSnapshot[] {
  const folded = groups.map((group) => ({
    ...group,
    parentId: parentOf(group.id, ids)?.parentId ?? null,
    troubleRank: VERDICTS.indexOf(group.verdict),
  }));
  const worst = new Map<string, number>();
  for (const { parentId, troubleRank } of folded) {
    if (parentId !== null) worst.set(parentId, Math.min(troubleRank, worst.get(parentId) ?? troubleRank));
  }
  return folded.map((group) => ({
    ...group,
    troubleRank: Math.min(group.troubleRank, worst.get(group.id) ?? group.troubleRank),
  }));
}
