import type { Sql } from "#lib/adapters/db/client.ts";
import type { GroupMute } from "#lib/domain/groups/mute.ts";

/** MuteStore tells which lag is expected. */
export interface MuteStore {
  /** What is muted of a group at an instant, the longest first. */
  of(cluster: string, group: string, at: number): Promise<GroupMute[]>;
}

/** muteStore makes a {@link MuteStore}. */
export function muteStore(sql: Sql): MuteStore {
  return {
    async of(cluster, groupId, at) {
      const on = { cluster, groupId, fromAt: { lte: new Date(at) }, untilAt: { gt: new Date(at) } };
      const rows = await sql.mute.findMany({ where: on, orderBy: [{ untilAt: "desc" }, { id: "asc" }] });
      return rows.map(({ jobNumber, fromAt, untilAt, reason }) => ({
        ...{ job: jobNumber, fromAt: fromAt.getTime(), untilAt: untilAt.getTime(), reason },
      }));
    },
  };
}
