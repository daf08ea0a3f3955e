import { createHash } from "node:crypto";

/** The processes of the shop, in the order in which they are started. */
export const SHOP_PARTS = [
  "orders",
  "payments",
  "inventory",
  "notifications",
  "fulfilment",
  "courier",
  "relay",
] as const;

/** PostgreSQL cuts longer names off, silently. */
const LONGEST_NAME = 63;

/** One process of the shop. */
export type ShopPart = (typeof SHOP_PARTS)[number];

/** The parts that own a PostgreSQL schema, and so an outbox and an inbox. The relay only reads theirs. */
export const SHOP_SERVICES = [
  "orders",
  "payments",
  "inventory",
  "notifications",
  "fulfilment",
  "courier",
] as const;

/** A part that owns a schema. */
export type ShopService = (typeof SHOP_SERVICES)[number];

/** The schema of a service: `shop_orders` for `orders`. */
export function schemaOf(service: ShopService): string {
  return `shop_${service}`;
}

/** The schema that holds the weather (`scenario`), which every part may read and only the supervisor writes. */
export const CONTROL_SCHEMA = "shop_control";

/** Who may only read: the schemas of all services, for a console that watches the shop. */
export const SHOP_READER = "reader";

/**
 * The database login of a part or of the reader, `shop_payments_<database>`. Roles belong to the whole PostgreSQL server, so the
 * database's name is in it: two shops on one server never revoke each other's logins.
 */
export function loginOf(part: ShopPart | typeof SHOP_READER, database: string): string {
  const name = `shop_${part}_${database}`;
  if (Buffer.byteLength(name) <= LONGEST_NAME) return name;
  return `shop_${part}_${createHash("sha256").update(database).digest("hex").slice(0, 16)}`;
}
