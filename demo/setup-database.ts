import { randomBytes } from "node:crypto";
import { Client, escapeIdentifier, escapeLiteral } from "pg";
import { KIT_TABLES_SQL } from "#kit/tables.ts";
import { CONTROL_TABLES_SQL } from "./control.sql.ts";
import {
  CONTROL_SCHEMA,
  loginOf,
  schemaOf,
  SHOP_PARTS,
  SHOP_READER,
  SHOP_SERVICES,
  type ShopPart,
  type ShopService,
} from "./parts.ts";
import { scramVerifier } from "./scram.ts";
import { COURIER_TABLES_SQL } from "./services/courier/tables.sql.ts";
import { FULFILMENT_TABLES_SQL } from "./services/fulfilment/tables.sql.ts";
import { INVENTORY_TABLES_SQL } from "./services/inventory/tables.sql.ts";
import { NOTIFICATIONS_TABLES_SQL } from "./services/notifications/tables.sql.ts";
import { ORDERS_TABLES_SQL } from "./services/orders/tables.sql.ts";
import { PAYMENTS_TABLES_SQL } from "./services/payments/tables.sql.ts";

const TABLES_OF: Readonly<Record<ShopService, string>> = {
  orders: ORDERS_TABLES_SQL,
  payments: PAYMENTS_TABLES_SQL,
  inventory: INVENTORY_TABLES_SQL,
  notifications: NOTIFICATIONS_TABLES_SQL,
  fulfilment: FULFILMENT_TABLES_SQL,
  courier: COURIER_TABLES_SQL,
};

const PASSWORD_BYTES = 24;

/** The URL of each part, and of the login that may only read. Each holds a password. */
export type ShopUrls = Record<ShopPart | typeof SHOP_READER, string>;

/**
 * Makes the shop's schemas, tables and logins in one transaction and returns each login's URL. What exists is kept,
 * the passwords are new, the weather is calm.
 */
export async function setUpDatabase(databaseUrl: string): Promise<ShopUrls> {
  const client = new Client({ connectionString: databaseUrl, application_name: "shop-setup" });
  await client.connect();
  try {
    await client.query("BEGIN");
    for (const service of SHOP_SERVICES) await makeSchema(client, schemaOf(service), TABLES_OF[service]);
    await makeSchema(client, CONTROL_SCHEMA, undefined);
    await client.query(
      "UPDATE scenario SET name = 'calm', since = clock_timestamp(), ends_at = NULL, taking_orders = true",
    );
    const urls = new Map<keyof ShopUrls, string>();
    for (const login of [...SHOP_PARTS, SHOP_READER] as const)
      urls.set(login, await makeLogin(client, login, databaseUrl));
    for (const service of SHOP_SERVICES) await grantToService(client, service);
    await grantToRelay(client);
    await grantToReader(client);
    await client.query("COMMIT");
    return Object.fromEntries(urls) as ShopUrls;
  } finally {
    await client.end();
  }
}

/** Makes a schema and its tables; without `tablesSql` it is the control schema, which has no kit tables. */
async function makeSchema(client: Client, schema: string, tablesSql: string | undefined): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${escapeIdentifier(schema)}`);
  await client.query(`SET LOCAL search_path = ${escapeIdentifier(schema)}`);
  await client.query(tablesSql === undefined ? CONTROL_TABLES_SQL : KIT_TABLES_SQL + tablesSql);
}

async function databaseName(client: Client): Promise<string> {
  const found = await client.query<{ database: string }>("SELECT current_database() AS database");
  return found.rows[0]?.database ?? "";
}

/** Makes a login, or gives it a new password and its right to sign in back. Returns its URL. */
async function makeLogin(client: Client, part: keyof ShopUrls, databaseUrl: string): Promise<string> {
  const name = loginOf(part, await databaseName(client));
  const login = escapeIdentifier(name);
  const password = randomBytes(PASSWORD_BYTES).toString("base64url");
  const found = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [name]);
  const verb = found.rowCount === 0 ? "CREATE" : "ALTER";
  await client.query(`${verb} ROLE ${login} LOGIN PASSWORD ${escapeLiteral(scramVerifier(password))}`);
  await client.query(`GRANT USAGE ON SCHEMA ${CONTROL_SCHEMA} TO ${login}`);
  await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${CONTROL_SCHEMA} TO ${login}`);
  if (part !== "relay" && part !== SHOP_READER)
    await client.query(`ALTER ROLE ${login} SET search_path = ${schemaOf(part)}`);
  const url = new URL(databaseUrl);
  url.username = encodeURIComponent(name);
  url.password = password;
  return url.href;
}

/** A service reads and writes its own schema, and no other. */
async function grantToService(client: Client, service: ShopService): Promise<void> {
  const schema = schemaOf(service);
  const login = escapeIdentifier(loginOf(service, await databaseName(client)));
  await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${login}`);
  await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${schema} TO ${login}`);
}

/** The relay sees the outboxes of all services, and nothing else of theirs. */
async function grantToRelay(client: Client): Promise<void> {
  const login = escapeIdentifier(loginOf("relay", await databaseName(client)));
  for (const service of SHOP_SERVICES) {
    const schema = schemaOf(service);
    await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${login}`);
    await client.query(`GRANT SELECT, UPDATE ON ${schema}.outbox, ${schema}.outbox_bucket TO ${login}`);
  }
}

/** The reader sees what all services keep, and changes nothing of it. */
async function grantToReader(client: Client): Promise<void> {
  const login = escapeIdentifier(loginOf(SHOP_READER, await databaseName(client)));
  await client.query(`ALTER ROLE ${login} SET default_transaction_read_only = on`);
  for (const service of SHOP_SERVICES) {
    const schema = schemaOf(service);
    await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${login}`);
    await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO ${login}`);
  }
}
