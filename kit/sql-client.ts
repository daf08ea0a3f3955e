/**
 * What the kit needs of a PostgreSQL connection: a `pg.Client` or `pg.PoolClient` fits.
 * Every statement names its tables unqualified, so the connection's `search_path` decides the schema.
 */
export interface SqlClient {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[]; rowCount: number | null }>;
}
