import { Pool } from "pg";
import { defineEvent, type EventDefinition } from "#kit/event.ts";
import { installTables } from "#kit/tables.ts";

/** The parts of the model shop, one process each; two of a kind share a group or an outbox. */
export const PARTS = ["orders", "payments-a", "payments-b", "relay-a", "relay-b"] as const;

/** One process of the model shop. */
export type PartName = (typeof PARTS)[number];

/** An order as it is published. */
interface OrderCreated {
  order: number;
  amountCents: number;
}

/** A payment as it is published. */
interface PaymentCompleted {
  order: number;
}

/** The events of one round; the prefix keeps rounds apart. */
export interface ModelEvents {
  created: EventDefinition<OrderCreated>;
  completed: EventDefinition<PaymentCompleted>;
}

/** What a part is told through its environment. */
export interface PartSettings {
  part: PartName;
  brokers: string;
  databaseUrl: string;
  prefix: string;
  leaseMs: number;
  /** `<failpoint>:<n>`: die at the n-th hit of it. */
  failpoint?: string;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The events of a round. */
export function modelEvents(prefix: string): ModelEvents {
  return {
    created: defineEvent({
      topic: `${prefix}.order.created`,
      partitions: 4,
      parse: (value) => {
        if (!isObject(value) || typeof value.order !== "number" || typeof value.amountCents !== "number") {
          throw new TypeError("not an order");
        }
        return { order: value.order, amountCents: value.amountCents };
      },
    }),
    completed: defineEvent({
      topic: `${prefix}.payment.completed`,
      partitions: 4,
      parse: (value) => {
        if (!isObject(value) || typeof value.order !== "number") throw new TypeError("not a payment");
        return { order: value.order };
      },
    }),
  };
}

/** The group of the payments or of the orders. */
export function groupOf(prefix: string, what: "payments" | "orders"): string {
  return `${prefix}-${what}`;
}

/** What an order costs: different for neighbours, so that a swapped or doubled payment shows in the sum. */
export function amountOf(order: number): number {
  return 100 + ((order * 7_919) % 9_973);
}

/** Which customer ordered; the customer is the key of both events. */
export function customerOf(order: number): string {
  return `customer-${order % 12}`;
}

/** A pool whose tables are those of one service. */
export function servicePool(databaseUrl: string, schema: "orders" | "payments"): Pool {
  const options = `-c search_path=${schema} -c statement_timeout=20000`;
  const pool = new Pool({ connectionString: databaseUrl, options, max: 6, connectionTimeoutMillis: 15_000 });
  pool.on("error", () => undefined);
  return pool;
}

/**
 * Makes the schemas of both services. Nothing in them forbids a second payment of an order: only the inbox does.
 */
export async function installModelShop(databaseUrl: string): Promise<void> {
  const admin = new Pool({ connectionString: databaseUrl, max: 1 });
  try {
    await admin.query("CREATE SCHEMA orders; CREATE SCHEMA payments");
  } finally {
    await admin.end();
  }
  const tables = {
    orders: `CREATE TABLE shop_order (n int PRIMARY KEY, amount_cents int NOT NULL, paid int NOT NULL DEFAULT 0);
      CREATE TABLE wanted (orders int NOT NULL);
      INSERT INTO wanted VALUES (0)`,
    payments: `CREATE TABLE payment (order_n int NOT NULL, amount_cents int NOT NULL);
      CREATE TABLE till (id int PRIMARY KEY, balance_cents bigint NOT NULL);
      INSERT INTO till SELECT generate_series(0, 7), 0`,
  } as const;
  for (const schema of ["orders", "payments"] as const) {
    const pool = servicePool(databaseUrl, schema);
    try {
      await installTables(pool);
      await pool.query(tables[schema]);
    } finally {
      await pool.end();
    }
  }
}

/** Asks the orders service for this many orders in all. */
export async function wantOrders(databaseUrl: string, orders: number): Promise<void> {
  const pool = servicePool(databaseUrl, "orders");
  try {
    await pool.query("UPDATE wanted SET orders = $1", [orders]);
  } finally {
    await pool.end();
  }
}

/** How many orders are wanted in all. */
export async function wantedOrders(orders: Pool): Promise<number> {
  const { rows } = await orders.query("SELECT orders FROM wanted");
  return (rows[0] as { orders: number }).orders;
}
