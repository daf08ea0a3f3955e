import type { Sql } from "#lib/adapters/db/client.ts";
import type { GroupReader } from "#lib/domain/groups/group.ts";
import { parentOf } from "#lib/domain/groups/parent-of.ts";
import { VERDICTS, type Verdict } from "#lib/domain/groups/verdict.ts";

/** readersOf finds the groups that read for those of `parents`, by parent, worst first. */
export async function readersOf(
  sql: Sql,
  cluster: string,
  parents: readonly string[],
): Promise<Map<string, GroupReader[]>> {
  const rows = await sql.groupState.findMany({
    where: { cluster, parentId: { in: [...parents] } },
    orderBy: [{ troubleRank: "asc" }, { groupId: "asc" }],
    select: {
      ...{ groupId: true, parentId: true, verdict: true, lag: true, timeLagMs: true, memberCount: true },
    },
  });
  const ids = new Set(parents);
  const byParent = new Map<string, GroupReader[]>();
  for (const { groupId, parentId, verdict, lag, timeLagMs, memberCount } of rows) {
    const role = parentOf(groupId, ids)?.role;
    if (parentId === null || role === undefined) continue;
    const reader: GroupReader = {
      ...{ id: groupId, role, memberCount },
      verdict: VERDICTS.find((each): each is Verdict => each === verdict) ?? "unknown",
      lag: lag === null ? null : Number(lag),
      timeLagMs: timeLagMs === null ? null : Number(timeLagMs),
    };
    byParent.set(parentId, [...(byParent.get(parentId) ?? []), reader]);
  }
  return byParent;
}
