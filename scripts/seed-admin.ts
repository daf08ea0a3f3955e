/**
 * Makes or resets the administrator of the demo (`node scripts/seed-admin.ts`) with DATABASE_URL,
 * SLUICE_DEMO_ADMIN_EMAIL, SLUICE_DEMO_ADMIN_PASSWORD and SLUICE_DEMO_API_TOKEN of the environment, after the
 * migrations. A second run changes nothing more.
 */
import { v7 } from "uuid";
import { openDb } from "#lib/adapters/db/db.ts";
import { makeLog } from "#lib/log.ts";
import { seedAdmin } from "#lib/services/access/seed-admin.ts";

function need(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set.`);
  return value;
}

const now = (): number => Date.now();
const db = openDb({
  url: need("DATABASE_URL"),
  applicationName: "sluice-seed",
  poolSize: 1,
  now,
  log: makeLog("sluice-seed", "warn"),
});
try {
  await seedAdmin(
    { db, now, newId: () => v7() },
    {
      email: need("SLUICE_DEMO_ADMIN_EMAIL"),
      password: need("SLUICE_DEMO_ADMIN_PASSWORD"),
      apiToken: need("SLUICE_DEMO_API_TOKEN"),
    },
  );
  console.log("the administrator is there");
} finally {
  await db.close();
}
