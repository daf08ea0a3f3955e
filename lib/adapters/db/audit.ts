import type { Sql } from "#lib/adapters/db/client.ts";
import type { AuditEntry, AuditState, AuditTarget } from "#lib/domain/audit/audit-entry.ts";

/** How an audited action ended. `completedAt` is epoch ms. */
interface AuditOutcome {
  readonly state: Exclude<AuditState, "started">;
  readonly errorCode: string | null;
  /** The whole target, with what only the effect could tell (the id of what was made). */
  readonly target: AuditTarget;
  readonly completedAt: number;
}

/** AuditStore is the record of who did what. Entries are added and completed once, never removed. */
export interface AuditStore {
  add(entry: AuditEntry): Promise<void>;
  /** Completes an entry that is `started`; any other stays as it is. */
  complete(id: string, outcome: AuditOutcome): Promise<void>;
}

/** auditStore is the {@link AuditStore} on one client or transaction. */
export function auditStore(sql: Sql): AuditStore {
  return {
    async add({ at, completedAt, ...entry }) {
      await sql.auditEntry.create({
        data: {
          ...entry,
          at: new Date(at),
          completedAt: completedAt === null ? null : new Date(completedAt),
        },
      });
    },
    async complete(id, { completedAt, ...outcome }) {
      await sql.auditEntry.updateMany({
        where: { id, state: "started" },
        data: { ...outcome, completedAt: new Date(completedAt) },
      });
    },
  };
}
