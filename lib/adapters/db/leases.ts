import type { Sql } from "#lib/adapters/db/client.ts";
import { lockLease, releaseLease, renewLease, takeLease } from "#lib/adapters/db/leases.sql.ts";
import { LeaseLostError, type Lease } from "#lib/domain/clusters/lease.ts";

/** LeaseStore gives and guards the leases of periodic work (protocol, "Leases"). */
export interface LeaseStore {
  /** null when another holder has it. */
  take(wanted: { name: string; holder: string; ttlMs: number }): Promise<Lease | null>;
  /** false when the lease was taken over. */
  renew(lease: Lease, ttlMs: number): Promise<boolean>;
  release(lease: Lease): Promise<void>;
  /** The first statement of each write transaction of a holder. Throws {@link LeaseLostError}. */
  guard(lease: Lease): Promise<void>;
}

/** leaseStore makes a {@link LeaseStore}. */
export function leaseStore(sql: Sql): LeaseStore {
  return {
    async take(wanted) {
      const epoch = await takeLease(sql, wanted);
      return epoch === null ? null : { name: wanted.name, holder: wanted.holder, epoch };
    },
    renew: (lease, ttlMs) => renewLease(sql, { ...lease, ttlMs }),
    release: (lease) => releaseLease(sql, lease),
    async guard(lease) {
      if (!(await lockLease(sql, lease))) throw new LeaseLostError(lease.name);
    },
  };
}
