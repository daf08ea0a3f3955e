import { randomBytes } from "node:crypto";
import { testStack } from "./stack.ts";
import { withClient, withDatabase } from "./template-database.ts";

/** A database of one test file; `drop` ends its sessions and removes it. */
export type TestDatabase = { url: string; name: string; drop: () => Promise<void> };

const makeDatabase = async (template: string): Promise<TestDatabase> => {
  const { databaseUrl } = testStack();
  const name = `sluice_test_${randomBytes(6).toString("hex")}`;
  await withClient(databaseUrl, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  return {
    url: withDatabase(databaseUrl, name),
    name,
    async drop() {
      await withClient(databaseUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
};

/** A new database with the console's schema, for this file alone. */
export function cloneDatabase(): Promise<TestDatabase> {
  return makeDatabase(testStack().templateDatabase);
}

/** A new database without any table, for this file alone. */
export function emptyDatabase(): Promise<TestDatabase> {
  return makeDatabase("template1");
}
