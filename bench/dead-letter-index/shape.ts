export const SOURCE = "bench.order.placed";
export const DLT = `${SOURCE}.dlt`;
export const PARTITIONS = 8;
export const KEYS = 50_000;
/** Key, value and headers of a record. */
export const RECORD_BYTES = 1_000;
export const CLUSTER = "bench";

const CAUSES = [
  "PaymentDeclinedError",
  "ConnectTimeoutError",
  "TypeError",
  "SyntaxError",
  "StockMissingError",
];
const START_AT = Date.UTC(2026, 5, 1);

/** kitHeaders are the headers of the kit's nth dead letter: five causes, a message of its own, one stack a cause. */
export function kitHeaders(n: number): Record<string, string> {
  const cause = CAUSES[n % CAUSES.length] ?? "Error";
  const partition = n % PARTITIONS;
  const offset = Math.floor(n / PARTITIONS);
  const at = START_AT + n * 10;
  return {
    "event-id": `01970000-0000-7000-8000-${String(n).padStart(12, "0")}`,
    "event-type": SOURCE,
    "occurred-at": new Date(at).toISOString(),
    "correlation-id": `01970000-0000-7000-8000-${String(n).padStart(12, "0")}`,
    producer: "orders",
    "dlt-topic": SOURCE,
    "dlt-partition": String(partition),
    "dlt-offset": String(offset),
    "dlt-timestamp": String(at),
    "dlt-from": `${SOURCE}:${partition}:${offset}`,
    "dlt-group": "billing",
    "dlt-attempts": "3",
    "dlt-exception": "HandlerError",
    "dlt-cause": cause,
    "dlt-message": `Order ${n} could not be charged: ${cause}`,
    "dlt-stack": `${cause}: no\n    at charge (/srv/billing/src/${cause}.ts:12:3)\n    at handle (/srv/billing/src/handle.ts:8:1)`,
    "dlt-failed-at": new Date(at + 3_000).toISOString(),
  };
}
