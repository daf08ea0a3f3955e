import type { Sql } from "#lib/adapters/db/client.ts";
import { userOf } from "#lib/adapters/db/users.ts";
import type { SessionLife } from "#lib/domain/access/session.ts";
import type { User } from "#lib/domain/access/user.ts";

/** A session with what decides whether it still counts, and its user. */
interface StoredSession {
  readonly id: string;
  readonly life: SessionLife;
  readonly user: User;
}

/** SessionStore is the table of signed-in browsers. Instants are epoch ms. */
export interface SessionStore {
  create(session: { id: string; userId: string; createdAt: number; expiresAt: number }): Promise<void>;
  find(id: string): Promise<StoredSession | null>;
  /** Notes a request. */
  touch(id: string, at: number): Promise<void>;
  /** Ends a session; one that ended already keeps its first end. */
  revoke(id: string, at: number): Promise<void>;
  /** Ends all sessions of a user. */
  revokeAllOf(userId: string, at: number): Promise<void>;
}

/** sessionsStore is the {@link SessionStore} on one client or transaction. */
export function sessionsStore(sql: Sql): SessionStore {
  return {
    async create({ id, userId, createdAt, expiresAt }) {
      const at = new Date(createdAt);
      await sql.session.create({
        data: { id, userId, createdAt: at, lastSeenAt: at, expiresAt: new Date(expiresAt) },
      });
    },
    async find(id) {
      const row = await sql.session.findUnique({ where: { id }, include: { user: true } });
      if (row === null) return null;
      const life = {
        lastSeenAt: row.lastSeenAt.getTime(),
        expiresAt: row.expiresAt.getTime(),
        revokedAt: row.revokedAt?.getTime() ?? null,
        userDisabledAt: row.user.disabledAt?.getTime() ?? null,
      };
      return { id: row.id, life, user: userOf({ ...row.user, sessions: [row] }) };
    },
    async touch(id, at) {
      await sql.session.updateMany({ where: { id }, data: { lastSeenAt: new Date(at) } });
    },
    async revoke(id, at) {
      await sql.session.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: new Date(at) } });
    },
    async revokeAllOf(userId, at) {
      await sql.session.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: new Date(at) } });
    },
  };
}
