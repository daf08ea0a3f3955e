import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cloneDatabase, type TestDatabase } from "#test/support/database.ts";

/** Prisma's scalar types as PostgreSQL's internal type names. */
const POSTGRES_TYPES: Record<string, string> = {
  String: "text",
  Boolean: "bool",
  Int: "int4",
  BigInt: "int8",
  Float: "float8",
  DateTime: "timestamptz",
  Json: "jsonb",
  Bytes: "bytea",
};

/** Columns as `table.column type null|not-null`, read from the text of schema.prisma. */
function columnsOfSchema(text: string): string[] {
  const models = [...text.matchAll(/^model \w+ \{\n([\s\S]*?)^\}/gm)].map((match) => match[1] ?? "");
  return models.flatMap((body) => {
    const table = /@@map\("(\w+)"\)/.exec(body)?.[1];
    return [...body.matchAll(/^ {2}(\w+)\s+(\w+)(\[\]|\?)?(.*)$/gm)].flatMap(([, name, type, mark, rest]) => {
      const other = type === "Unsupported" ? /^\("(\w+)"\)/.exec(rest ?? "")?.[1] : undefined;
      const postgresType = rest?.includes("@db.Uuid") ? "uuid" : (other ?? POSTGRES_TYPES[type ?? ""]);
      if (postgresType === undefined) return [];
      const column = /@map\("(\w+)"\)/.exec(rest ?? "")?.[1] ?? name;
      const list = mark === "[]";
      return [`${table}.${column} ${list ? "_" : ""}${postgresType} ${mark === "?" ? "null" : "not-null"}`];
    });
  });
}

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await cloneDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

describe("the migrations and prisma/schema.prisma", () => {
  it("describe the same columns, types and nullability", async () => {
    const { rows } = await client.query<{ line: string }>(`
      SELECT c.table_name || '.' || c.column_name || ' ' || c.udt_name ||
             CASE c.is_nullable WHEN 'YES' THEN ' null' ELSE ' not-null' END AS line
      FROM information_schema.columns c
      WHERE c.table_schema = 'public' AND c.table_name NOT LIKE '\\_prisma%'
        AND c.table_name NOT IN (SELECT inhrelid::regclass::text FROM pg_inherits)`);
    const declared = columnsOfSchema(readFileSync("prisma/schema.prisma", "utf8"));
    expect(declared.length).toBeGreaterThan(50);
    expect(rows.map(({ line }) => line).sort()).toEqual(declared.sort());
  });
});
