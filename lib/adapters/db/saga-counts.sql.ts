import type { Sql } from "#lib/adapters/db/client.ts";
import type { SagaState } from "#lib/domain/sagas/saga.ts";
import { Prisma } from "#prisma/generated/client.ts";

/** Counts of a type of a source at one instant. */
export interface CountsRow {
  readonly source: string;
  readonly type: string;
  readonly counts: Readonly<Record<SagaState, number>>;
}

const instant = (at: number): Prisma.Sql => Prisma.sql`${new Date(at).toISOString()}::timestamptz`;

/** Inserts every row at once; a minute that was written before stays as it is. */
export async function insertCounts(sql: Sql, at: number, rows: readonly CountsRow[]): Promise<void> {
  if (rows.length === 0) return;
  const values = rows.map(
    ({ source, type, counts: c }) =>
      Prisma.sql`(${source}, ${type}, ${instant(at)}, ${c.stuck}::int, ${c.running}::int, ${c.compensating}::int,
        ${c.failed}::int, ${c.compensated}::int, ${c.completed}::int)`,
  );
  await sql.$executeRaw`
    INSERT INTO saga_count (source, type, at, stuck, running, compensating, failed, compensated, completed)
    VALUES ${Prisma.join(values)} ON CONFLICT DO NOTHING`;
}

/** Inserts a row without counts for each type that a source had within the hour before. */
export async function insertUnknown(sql: Sql, at: number, source: string): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO saga_count (source, type, at)
    SELECT DISTINCT source, type, ${instant(at)} FROM saga_count
    WHERE source = ${source} AND at > ${instant(at)} - interval '1 hour' AND at < ${instant(at)}
    ON CONFLICT DO NOTHING`;
}

/** A slot of the chart: the sums of the last counts of each type in it, null where one of them is unknown. */
export interface SlotRow extends Record<SagaState, number | null> {
  at: Date;
}

/** The counts of a range in slots of equal length, oldest first; a slot without a sample is missing. */
export async function selectSlots(
  sql: Sql,
  { fromAt, toAt, slotMs, source, type }: SlotsAsked,
): Promise<SlotRow[]> {
  const only = [
    source === undefined ? Prisma.empty : Prisma.sql`AND source = ${source}`,
    type === undefined ? Prisma.empty : Prisma.sql`AND type = ${type}`,
  ];
  const sum = (state: SagaState): Prisma.Sql => {
    const column = Prisma.raw(state);
    return Prisma.sql`CASE WHEN bool_and(${column} IS NOT NULL) THEN sum(${column})::float8 END AS ${column}`;
  };
  return sql.$queryRaw`
    SELECT max(at) AS at, ${sum("stuck")}, ${sum("running")}, ${sum("compensating")}, ${sum("failed")},
      ${sum("compensated")}, ${sum("completed")}
    FROM (
      SELECT DISTINCT ON (slot, source, type) *
      FROM (SELECT *, floor(extract(epoch FROM at - ${instant(fromAt)}) * 1000 / ${slotMs}::float8) AS slot
        FROM saga_count WHERE at >= ${instant(fromAt)} AND at <= ${instant(toAt)} ${Prisma.join(only, " ")}) AS sample
      ORDER BY slot, source, type, at DESC) AS last
    GROUP BY slot ORDER BY slot`;
}

/** Which samples of the chart; instants are epoch ms. */
export interface SlotsAsked {
  readonly fromAt: number;
  readonly toAt: number;
  readonly slotMs: number;
  readonly source: string | undefined;
  readonly type: string | undefined;
}

/** Deletes what is older; the index of `at` finds it. */
export async function deleteBefore(sql: Sql, at: number): Promise<void> {
  await sql.$executeRaw`DELETE FROM saga_count WHERE at < ${instant(at)}`;
}
