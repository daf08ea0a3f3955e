import type { Sql } from "#lib/adapters/db/client.ts";
import { freshThrottle, type ThrottleState } from "#lib/domain/access/throttle.ts";

/** SignInThrottleStore is the memory of failed sign-ins by key. Instants are epoch ms. */
export interface SignInThrottleStore {
  /**
   * The states of `keys`, fresh ones made, all locked until the transaction ends. Locks are taken in the keys'
   * order, so two callers wait for each other and never in a ring.
   */
  lock(keys: readonly string[], now: number): Promise<Map<string, ThrottleState>>;
  save(key: string, state: ThrottleState): Promise<void>;
  /** Drops what nobody failed at since `before`. */
  forget(before: number): Promise<void>;
}

/** signInThrottleStore is the {@link SignInThrottleStore} on one client or transaction. */
export function signInThrottleStore(sql: Sql): SignInThrottleStore {
  return {
    async lock(keys, now) {
      const sorted = [...keys].sort();
      const fresh = freshThrottle(now);
      const data = sorted.map((key) => ({
        key,
        failures: fresh.failures,
        windowAt: new Date(fresh.windowAt),
      }));
      await sql.signInThrottle.createMany({ data, skipDuplicates: true });
      // Prisma has no row locks.
      const rows = await sql.$queryRaw<
        { key: string; failures: number; window_at: Date; blocked_until: Date | null }[]
      >`
        SELECT key, failures, window_at, blocked_until FROM sign_in_throttle
        WHERE key = ANY(${sorted}) ORDER BY key FOR UPDATE`;
      return new Map(
        rows.map((row) => [
          row.key,
          {
            failures: row.failures,
            windowAt: row.window_at.getTime(),
            blockedUntil: row.blocked_until?.getTime() ?? null,
          },
        ]),
      );
    },
    async save(key, { failures, windowAt, blockedUntil }) {
      await sql.signInThrottle.updateMany({
        where: { key },
        data: {
          failures,
          windowAt: new Date(windowAt),
          blockedUntil: blockedUntil === null ? null : new Date(blockedUntil),
        },
      });
    },
    async forget(before) {
      const at = new Date(before);
      await sql.signInThrottle.deleteMany({
        where: { windowAt: { lt: at }, OR: [{ blockedUntil: null }, { blockedUntil: { lt: at } }] },
      });
    },
  };
}
