import type { SqlClient } from "../sql-client.ts";

/** The row has another version than the writer read: read again, decide again. */
export class VersionConflictError extends Error {
  override readonly name = "VersionConflictError";
  readonly expectedVersion: number;
  constructor(what: string, expectedVersion: number) {
    super(`${what} is no longer at version ${expectedVersion}`);
    this.expectedVersion = expectedVersion;
  }
}

/** An UPDATE that raises `version` and demands the old one, and what it is about (for the error). */
export interface VersionedUpdate {
  what: string;
  /** `UPDATE t SET ..., version = version + 1 WHERE id = $1 AND version = $2`. */
  sql: string;
  values: unknown[];
  expectedVersion: number;
}

/**
 * Applies an update that holds only for the version it was decided on; a repeat of it finds the version raised.
 * @throws VersionConflictError where no row had that version.
 */
export async function updateVersioned(tx: SqlClient, update: VersionedUpdate): Promise<void> {
  const done = await tx.query(update.sql, update.values);
  if (done.rowCount === 0) throw new VersionConflictError(update.what, update.expectedVersion);
}
