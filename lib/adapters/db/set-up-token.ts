import type { Sql } from "#lib/adapters/db/client.ts";

/** SetUpTokenStore holds the hash of the one token that makes the first administrator; one row at most. */
export interface SetUpTokenStore {
  /** Stores a token's hash in place of any other. `now` is epoch ms. */
  replace(secretHash: string, now: number): Promise<void>;
  /** Uses the token up; false when this hash is not the stored one. Of two callers at once one gets true. */
  consume(secretHash: string): Promise<boolean>;
}

/** setUpTokenStore is the {@link SetUpTokenStore} on one client or transaction. */
export function setUpTokenStore(sql: Sql): SetUpTokenStore {
  return {
    async replace(secretHash, now) {
      const row = { secretHash, createdAt: new Date(now) };
      await sql.setUpToken.upsert({ where: { id: 1 }, create: { id: 1, ...row }, update: row });
    },
    consume: async (secretHash) => (await sql.setUpToken.deleteMany({ where: { secretHash } })).count === 1,
  };
}
