import type { Sql } from "#lib/adapters/db/client.ts";
import type { GroupEvent, GroupEventKind } from "#lib/domain/groups/group.ts";

/** GroupEventStore keeps what happened to groups. */
export interface GroupEventStore {
  /** Adds an event; one that is there already stays. */
  add(cluster: string, group: string, event: GroupEvent): Promise<void>;
  addAll(cluster: string, events: readonly (GroupEvent & { group: string })[]): Promise<void>;
  /** Events of a group between two instants, newest first. */
  list(
    cluster: string,
    group: string,
    range: { fromAt: number; toAt: number; limit: number },
  ): Promise<GroupEvent[]>;
  /** When each group of a cluster rebalanced since an instant, oldest first. */
  rebalancesSince(cluster: string, sinceAt: number): Promise<Map<string, number[]>>;
  /** Deletes events before an instant; answers how many. */
  forgetBefore(at: number): Promise<number>;
}

/** groupEventStore makes a {@link GroupEventStore}. */
export function groupEventStore(sql: Sql): GroupEventStore {
  const addAll: GroupEventStore["addAll"] = async (cluster, events) => {
    if (events.length === 0) return;
    await sql.groupEvent.createMany({
      data: events.map(({ group, at, kind, sentence }) => ({
        ...{ cluster, kind, sentence },
        groupId: group,
        at: new Date(at),
      })),
      skipDuplicates: true,
    });
  };
  return {
    add: (cluster, group, event) => addAll(cluster, [{ group, ...event }]),
    addAll,
    async list(cluster, groupId, { fromAt, toAt, limit }) {
      const rows = await sql.groupEvent.findMany({
        where: { cluster, groupId, at: { gte: new Date(fromAt), lte: new Date(toAt) } },
        orderBy: { at: "desc" },
        take: limit,
      });
      return rows.map(({ at, kind, sentence }) => ({
        at: at.getTime(),
        kind: kind as GroupEventKind,
        sentence,
      }));
    },
    async rebalancesSince(cluster, sinceAt) {
      const rows = await sql.groupEvent.findMany({
        where: { cluster, kind: "rebalance", at: { gte: new Date(sinceAt) } },
        orderBy: { at: "asc" },
        select: { groupId: true, at: true },
      });
      const byGroup = new Map<string, number[]>();
      for (const { groupId, at } of rows)
        byGroup.set(groupId, [...(byGroup.get(groupId) ?? []), at.getTime()]);
      return byGroup;
    },
    async forgetBefore(at) {
      const { count } = await sql.groupEvent.deleteMany({ where: { at: { lt: new Date(at) } } });
      return count;
    },
  };
}
