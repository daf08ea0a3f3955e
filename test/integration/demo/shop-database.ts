import { emptyDatabase, type TestDatabase } from "../../support/database.ts";
import { testStack } from "../../support/stack.ts";
import { withClient } from "../../support/template-database.ts";

/** A database for one shop; `drop` removes the shop's logins with it, since those belong to the server. */
export async function shopDatabase(): Promise<TestDatabase> {
  const database = await emptyDatabase();
  return {
    ...database,
    drop: async () => {
      await database.drop();
      await withClient(testStack().databaseUrl, async (client) => {
        const logins = await client.query<{ rolname: string }>(
          "SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'shop_') AND right(rolname, length($1)) = $1",
          [`_${database.name}`],
        );
        for (const { rolname } of logins.rows) await client.query(`DROP ROLE "${rolname}"`);
      });
    },
  };
}
