import type { SqlClient } from "../sql-client.ts";

/**
 * Inserts a row that a unique constraint allows once and says whether this call was the first. `insertSql` is a
 * plain INSERT without ON CONFLICT; the constraint's own key is the idempotency key (one payment per order).
 */
export async function insertOnce(
  tx: SqlClient,
  insertSql: string,
  values: unknown[],
): Promise<"inserted" | "already"> {
  const done = await tx.query(`${insertSql} ON CONFLICT DO NOTHING`, values);
  return done.rowCount === 0 ? "already" : "inserted";
}
