import type { SqlClient } from "../sql-client.ts";

/** A change of one row's state column, and the states it may start from. Names are the caller's own constants. */
export interface Transition {
  table: string;
  idColumn: string;
  stateColumn: string;
  id: string;
  from: readonly string[];
  to: string;
}

const NAME = /^[a-z_][a-z0-9_]*$/;

function quoted(name: string): string {
  if (!NAME.test(name)) throw new RangeError(`Not a plain SQL name: ${JSON.stringify(name)}`);
  return `"${name}"`;
}

/**
 * Moves a row to a state if it stands in an allowed one. "already": it is there (a repeat); "refused": it stands
 * elsewhere or does not exist, as when a cancellation overtook a completion on another topic. Locks the row, so two
 * callers are told different things.
 */
export async function transition(
  tx: SqlClient,
  change: Transition,
): Promise<"applied" | "already" | "refused"> {
  const table = quoted(change.table);
  const idColumn = quoted(change.idColumn);
  const stateColumn = quoted(change.stateColumn);
  const found = await tx.query(
    `SELECT ${stateColumn} AS state FROM ${table} WHERE ${idColumn} = $1 FOR UPDATE`,
    [change.id],
  );
  const row = found.rows[0] as { state: string } | undefined;
  if (row?.state === change.to) return "already";
  if (!row || !change.from.includes(row.state)) return "refused";
  await tx.query(`UPDATE ${table} SET ${stateColumn} = $2 WHERE ${idColumn} = $1`, [change.id, change.to]);
  return "applied";
}
