import type { Sql } from "#lib/adapters/db/client.ts";
import { roleOf, userOf } from "#lib/adapters/db/users.ts";
import type { ApiToken, User } from "#lib/domain/access/user.ts";
import type { ApiToken as TokenRow } from "#prisma/generated/client.ts";

/** A token to be stored: its secret only as a hash. */
interface NewToken extends ApiToken {
  readonly userId: string;
  /** sha256 of the secret, hex. */
  readonly secretHash: string;
}

/** TokenStore is the table of API tokens. Instants are epoch ms. */
export interface TokenStore {
  create(token: NewToken): Promise<void>;
  /** A user's tokens, newest first, ended ones included. */
  listOf(userId: string): Promise<ApiToken[]>;
  /** The token with this secret and its owner. */
  findBySecretHash(secretHash: string): Promise<{ token: ApiToken; owner: User } | null>;
  find(id: string): Promise<ApiToken | null>;
  /** Notes a use. */
  touch(id: string, at: number): Promise<void>;
  /** Ends a token of this user; null when they have none of this id. One that ended keeps its first end. */
  revoke(token: { id: string; userId: string }, at: number): Promise<ApiToken | null>;
}

/** tokensStore is the {@link TokenStore} on one client or transaction. */
export function tokensStore(sql: Sql): TokenStore {
  return {
    async create({ createdAt, expiresAt, lastUsedAt, revokedAt, ...token }) {
      await sql.apiToken.create({
        data: {
          ...token,
          createdAt: new Date(createdAt),
          expiresAt: new Date(expiresAt),
          lastUsedAt: lastUsedAt === null ? null : new Date(lastUsedAt),
          revokedAt: revokedAt === null ? null : new Date(revokedAt),
        },
      });
    },
    async listOf(userId) {
      const rows = await sql.apiToken.findMany({
        where: { userId },
        orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      });
      return rows.map(tokenOf);
    },
    async findBySecretHash(secretHash) {
      const row = await sql.apiToken.findUnique({ where: { secretHash }, include: { user: true } });
      return row && { token: tokenOf(row), owner: userOf(row.user) };
    },
    async find(id) {
      const row = await sql.apiToken.findUnique({ where: { id } });
      return row && tokenOf(row);
    },
    async touch(id, at) {
      await sql.apiToken.updateMany({ where: { id }, data: { lastUsedAt: new Date(at) } });
    },
    async revoke({ id, userId }, at) {
      await sql.apiToken.updateMany({
        where: { id, userId, revokedAt: null },
        data: { revokedAt: new Date(at) },
      });
      const row = await sql.apiToken.findFirst({ where: { id, userId } });
      return row && tokenOf(row);
    },
  };
}

function tokenOf(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: roleOf(row.role),
    prefix: row.prefix,
    createdAt: row.createdAt.getTime(),
    expiresAt: row.expiresAt.getTime(),
    lastUsedAt: row.lastUsedAt?.getTime() ?? null,
    revokedAt: row.revokedAt?.getTime() ?? null,
  };
}
