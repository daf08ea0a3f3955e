import type { Pool } from "pg";
import { codeOf, STATEMENT_LIMIT_MS } from "#lib/adapters/tables/read-only-pool.ts";
import { SourceUnreadableError, type SourceFacts } from "#lib/adapters/tables/sagas/saga-source.ts";

/** SagaTables asks one database under the limits of its pool. */
export interface SagaTables {
  readonly facts: SourceFacts;
  /** The schema's prefix of every table, quoted and with its dot; empty where the search path finds them. */
  readonly schema: string;
  readonly now: () => number;
  /** Throws SourceUnreadableError with a sentence without secrets, or the signal's reason. */
  query<Row>(asked: { text: string; values: readonly unknown[] }, signal: AbortSignal): Promise<Row[]>;
  /** Sentences on what the login may do that it should not. */
  mayWrite(tables: readonly string[], signal: AbortSignal): Promise<string[]>;
  close(): Promise<void>;
}

/** quoted writes an identifier of SQL. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** sagaTables makes a {@link SagaTables} on a pool that it shares with other sources of its database. */
export function sagaTables(
  pool: Pool,
  { facts, schema, now }: { facts: SourceFacts; schema: string | null; now: () => number },
): SagaTables {
  const prefix = schema === null ? "" : `${quoted(schema)}.`;
  const query: SagaTables["query"] = async <Row>(
    { text, values }: { text: string; values: readonly unknown[] },
    signal: AbortSignal,
  ) => {
    signal.throwIfAborted();
    try {
      const { rows } = await pool.query(text, [...values]);
      return rows as Row[];
    } catch (error) {
      signal.throwIfAborted();
      // The error itself is no cause: the message of a database may quote what stands in a row, and causes are logged.
      throw new SourceUnreadableError(facts.id, sentenceOf(facts.id, codeOf(error)));
    }
  };
  return {
    facts,
    schema: prefix,
    now,
    query,
    mayWrite: async (tables, signal) => {
      const rows = await query<{ name: string }>(
        {
          text: `SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL
            AND has_table_privilege(to_regclass(name), 'INSERT, UPDATE, DELETE, TRUNCATE')`,
          values: [tables.map((table) => `${prefix}${table}`)],
        },
        signal,
      );
      if (rows.length === 0) return [];
      const names = rows.map(({ name }) => name.replaceAll('"', "")).join(", ");
      return [`The login may write to ${names}: give it a role that only reads.`];
    },
    // The pool is closed by who opened it: other sources of the database may still ask.
    close: () => Promise.resolve(),
  };
}

/** Why a database did not answer, by its code. */
function sentenceOf(source: string, code: string): string {
  switch (code) {
    case "42P01":
      return `${source} has no tables of sagas where the configuration says.`;
    case "42703":
    case "42883":
      return `${source} has tables of sagas with other columns than were expected.`;
    case "42501":
      return `The login of ${source} may not read the tables of sagas.`;
    case "57014":
      return `${source} did not answer within ${STATEMENT_LIMIT_MS / 1_000} s.`;
    default:
      return `${source} could not be read${code === "unknown" ? "" : ` (${code})`}.`;
  }
}
