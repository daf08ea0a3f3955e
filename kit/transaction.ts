import type { Pool, PoolClient } from "pg";

/**
 * Runs `work` in one transaction: commits when it resolves, rolls back when it throws, and throws that error.
 * A connection on which the rollback fails is closed instead of going back to the pool.
 */
export async function inTransaction<R>(pool: Pool, work: (tx: PoolClient) => Promise<R>): Promise<R> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on("error", onError);
  try {
    await client.query("BEGIN");
    const result = await work(client);
    await client.query("COMMIT");
    return result;
  } catch (error) {
    try {
      await client.query("ROLLBACK");
    } catch (rollbackError) {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    }
    throw error;
  } finally {
    client.removeListener("error", onError);
    client.release(broken);
  }
}
