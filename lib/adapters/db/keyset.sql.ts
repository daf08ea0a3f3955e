import { Prisma } from "#prisma/generated/client.ts";

/** A sort column with its direction; `sql` is never null, so that a keyset can compare it. */
export interface SortKey {
  readonly sql: Prisma.Sql;
  readonly order: "asc" | "desc";
}

const cast = (value: string | number): Prisma.Sql =>
  typeof value === "number" ? Prisma.sql`${value}::float8` : Prisma.sql`${value}::text`;

/** after is the condition of a keyset page: rows behind `values` in the order of `keys`, first key first. */
export function after(keys: readonly SortKey[], values: readonly (string | number)[]): Prisma.Sql {
  const [key, ...rest] = keys;
  const [value, ...others] = values;
  if (key === undefined || value === undefined) return Prisma.sql`false`;
  const beyond =
    key.order === "asc" ? Prisma.sql`${key.sql} > ${cast(value)}` : Prisma.sql`${key.sql} < ${cast(value)}`;
  return Prisma.sql`(${beyond} OR (${key.sql} = ${cast(value)} AND ${after(rest, others)}))`;
}

/** orderBy writes the ORDER BY list of `keys`. */
export function orderBy(keys: readonly SortKey[]): Prisma.Sql {
  return Prisma.join(
    keys.map((key) => (key.order === "asc" ? Prisma.sql`${key.sql} ASC` : Prisma.sql`${key.sql} DESC`)),
    ", ",
  );
}

/** keyValues is the column of the keys' values, for the cursor. */
export function keyValues(keys: readonly SortKey[]): Prisma.Sql {
  return Prisma.sql`jsonb_build_array(${Prisma.join(
    keys.map((key) => key.sql),
    ", ",
  )})`;
}
