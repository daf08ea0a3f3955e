import { Client } from "pg";
import {
  COUNT_FULFILMENT_SQL,
  COUNT_LOST_SQL,
  COUNT_MONEY_SQL,
  COUNT_ORDERS_SQL,
  COUNT_STOCK_SQL,
} from "./accounting.sql.ts";

/** What is counted, and what is known to be in the dead letters. */
export interface AccountingOptions {
  /** URL of a role that may read every schema of the shop. */
  readonly databaseUrl: string;
  /** `<group>:<event id>` of each dead letter: such an event is not lost, it waits for someone. */
  readonly deadLetters?: Iterable<string>;
}

/**
 * The shop's books. Cents are sums over all orders. The figures agree only at rest: with the door closed
 * (`setTakingOrders`) and every event handled, `chargedCents - refundedCents` is `orderTotalsPaidCents`,
 * `stockMoved` is `unitsSold`, and `paidTwice`, `stockDifferences`, `lostEvents` and `unsentEvents` are 0. For
 * `fulfilment` see {@link FulfilmentAccounts}.
 */
export interface ShopAccounts {
  readonly orders: number;
  readonly byState: { readonly created: number; readonly completed: number; readonly cancelled: number };
  readonly chargedCents: number;
  readonly refundedCents: number;
  /** The totals of the completed orders, as orders has them. */
  readonly orderTotalsPaidCents: number;
  /** Units that inventory set aside. */
  readonly stockMoved: number;
  /** Units in the lines of the completed orders. */
  readonly unitsSold: number;
  /** Products whose level is not the sum of their movements. */
  readonly stockDifferences: number;
  /** Orders charged more than once, refunded more than once, or set aside more than once. */
  readonly paidTwice: number;
  /** Event ids in an outbox that have left no trace where they had to, and are in no dead letter either. */
  readonly lostEvents: readonly string[];
  /** Rows that wait in an outbox. */
  readonly unsentEvents: number;
  readonly fulfilment: FulfilmentAccounts;
}

/**
 * The books of the saga `fulfilment`. At rest, with every saga ended or parked, what the participants did is what the
 * sagas hold to be done: `chargedCents - refundedCents` is `feesHeldCents`, and so on in pairs; `doneTwice` is 0. Skipped
 * steps and sagas that an operator gave up hold nothing, so they may leave a difference for a person to settle.
 */
interface FulfilmentAccounts {
  readonly sagas: number;
  readonly byState: { readonly completed: number; readonly compensated: number; readonly failed: number };
  /** Sagas that only an operator moves; counted in no state above. */
  readonly parked: number;
  /** The courier's fees: apart from what orders cost. */
  readonly chargedCents: number;
  readonly refundedCents: number;
  /** The fees of sagas that were charged and not compensated. */
  readonly feesHeldCents: number;
  /** Units in parcels, as inventory packed them, and as the sagas have them. */
  readonly unitsPacked: number;
  readonly unitsHeld: number;
  readonly labelsValid: number;
  readonly labelsHeld: number;
  readonly collected: number;
  readonly pickupsHeld: number;
  /** Orders of which a parcel was packed, a fee charged or given back, a label printed, voided or collected twice. */
  readonly doneTwice: number;
}

/** Every sum and count of the shop is far below 2^53; pg gives bigints as text. */
function toNumber(value: string | number | undefined): number {
  return Number(value ?? 0);
}

function fulfilmentOf(row: Record<string, string>): FulfilmentAccounts {
  return {
    sagas: toNumber(row.sagas),
    byState: {
      completed: toNumber(row.completed),
      compensated: toNumber(row.compensated),
      failed: toNumber(row.failed),
    },
    parked: toNumber(row.parked),
    chargedCents: toNumber(row.charged_cents),
    refundedCents: toNumber(row.refunded_cents),
    feesHeldCents: toNumber(row.fees_held_cents),
    unitsPacked: toNumber(row.units_packed),
    unitsHeld: toNumber(row.units_held),
    labelsValid: toNumber(row.labels_valid),
    labelsHeld: toNumber(row.labels_held),
    collected: toNumber(row.collected),
    pickupsHeld: toNumber(row.pickups_held),
    doneTwice: toNumber(row.done_twice),
  };
}

/** Reads the books of every service in one snapshot and adds them up. */
export async function countShop(options: AccountingOptions): Promise<ShopAccounts> {
  const client = new Client({ connectionString: options.databaseUrl, application_name: "shop-accounting" });
  await client.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const firstRow = async (sql: string): Promise<Record<string, string>> =>
      (await client.query<Record<string, string>>(sql)).rows[0] ?? {};
    const orders = await firstRow(COUNT_ORDERS_SQL);
    const money = await firstRow(COUNT_MONEY_SQL);
    const stock = await firstRow(COUNT_STOCK_SQL);
    const fulfilment = await firstRow(COUNT_FULFILMENT_SQL);
    const lost = await client.query<{ event_id: string }>(COUNT_LOST_SQL, [[...(options.deadLetters ?? [])]]);
    return {
      orders: toNumber(orders.orders),
      byState: {
        created: toNumber(orders.created),
        completed: toNumber(orders.completed),
        cancelled: toNumber(orders.cancelled),
      },
      chargedCents: toNumber(money.charged_cents),
      refundedCents: toNumber(money.refunded_cents),
      orderTotalsPaidCents: toNumber(orders.paid_cents),
      stockMoved: toNumber(stock.units_moved),
      unitsSold: toNumber(orders.units_sold),
      stockDifferences: toNumber(stock.differences),
      paidTwice: toNumber(money.paid_twice) + toNumber(stock.reserved_twice),
      lostEvents: lost.rows.map((row) => row.event_id),
      unsentEvents: toNumber(money.unsent),
      fulfilment: fulfilmentOf(fulfilment),
    };
  } finally {
    await client.end();
  }
}
