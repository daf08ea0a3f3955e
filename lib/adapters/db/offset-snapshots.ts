import type { Sql } from "#lib/adapters/db/client.ts";
import { jsonOf, valueOf } from "#lib/adapters/db/offset-json.ts";
import type { OffsetSnapshot, SnapshotRow } from "#lib/domain/offset-resets/offset-reset.ts";

/** OffsetSnapshotStore keeps the commits of groups under names. */
export interface OffsetSnapshotStore {
  /** false when the group has a snapshot of this name. */
  add(cluster: string, snapshot: OffsetSnapshot, rows: readonly SnapshotRow[]): Promise<boolean>;
  /** Newest first, the last 200. */
  list(cluster: string, group: string): Promise<OffsetSnapshot[]>;
  /** The rows of one; null when the group has none of this id. */
  rowsOf(cluster: string, group: string, id: string): Promise<SnapshotRow[] | null>;
}

const MOST_LISTED = 200;

/** offsetSnapshotStore makes an {@link OffsetSnapshotStore}. */
export function offsetSnapshotStore(sql: Sql): OffsetSnapshotStore {
  return {
    async add(cluster, { group, takenAt, ...snapshot }, rows) {
      const { count } = await sql.offsetSnapshot.createMany({
        data: [{ ...snapshot, cluster, groupId: group, takenAt: new Date(takenAt), offsets: jsonOf(rows) }],
        skipDuplicates: true,
      });
      return count === 1;
    },
    async list(cluster, groupId) {
      const rows = await sql.offsetSnapshot.findMany({
        where: { cluster, groupId },
        omit: { offsets: true },
        orderBy: { takenAt: "desc" },
        take: MOST_LISTED,
      });
      return rows.map((row) => ({
        ...{ id: row.id, group: row.groupId, name: row.name, takenBy: row.takenBy },
        takenAt: row.takenAt.getTime(),
        partitionCount: row.partitionCount,
      }));
    },
    async rowsOf(cluster, groupId, id) {
      const row = await sql.offsetSnapshot.findFirst({ where: { id, cluster, groupId } });
      return row && (valueOf(row.offsets) as SnapshotRow[]);
    },
  };
}
