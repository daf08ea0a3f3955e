import type { Sql } from "#lib/adapters/db/client.ts";

interface Row {
  epoch: bigint;
}

/**
 * Takes a lease that is free, expired or already this holder's; null when another one holds it. One statement, so
 * that of two contenders one wins; the clock is the database's (`now()` would be the transaction's start). A holder
 * that comes back to its own living lease keeps its epoch; any takeover raises it.
 */
export async function takeLease(
  sql: Sql,
  { name, holder, ttlMs }: { name: string; holder: string; ttlMs: number },
): Promise<bigint | null> {
  const rows = await sql.$queryRaw<Row[]>`
    INSERT INTO worker_lease AS held (name, holder, epoch, expires_at)
    VALUES (${name}, ${holder}, 1, clock_timestamp() + ${ttlMs}::float8 * interval '1 millisecond')
    ON CONFLICT (name) DO UPDATE SET
      epoch = CASE WHEN held.holder = ${holder} AND held.expires_at > clock_timestamp()
                   THEN held.epoch ELSE held.epoch + 1 END,
      holder = ${holder},
      expires_at = clock_timestamp() + ${ttlMs}::float8 * interval '1 millisecond'
    WHERE held.holder = ${holder} OR held.expires_at <= clock_timestamp()
    RETURNING epoch`;
  return rows[0]?.epoch ?? null;
}

/** Prolongs a lease of this epoch; false when it was taken over. One that expired unclaimed is prolonged. */
export async function renewLease(
  sql: Sql,
  { name, epoch, ttlMs }: { name: string; epoch: bigint; ttlMs: number },
): Promise<boolean> {
  const changed = await sql.$executeRaw`
    UPDATE worker_lease SET expires_at = clock_timestamp() + ${ttlMs}::float8 * interval '1 millisecond'
    WHERE name = ${name} AND epoch = ${epoch}`;
  return changed === 1;
}

/** Whether the lease still has this epoch; the row stays locked against a takeover until the transaction ends. */
export async function lockLease(
  sql: Sql,
  { name, epoch }: { name: string; epoch: bigint },
): Promise<boolean> {
  const rows = await sql.$queryRaw<unknown[]>`
    SELECT 1 FROM worker_lease WHERE name = ${name} AND epoch = ${epoch} FOR SHARE`;
  return rows.length === 1;
}

/** Lets a lease go at once, so that a contender need not wait for its end. */
export async function releaseLease(
  sql: Sql,
  { name, epoch }: { name: string; epoch: bigint },
): Promise<void> {
  await sql.$executeRaw`
    UPDATE worker_lease SET expires_at = clock_timestamp() WHERE name = ${name} AND epoch = ${epoch}`;
}
