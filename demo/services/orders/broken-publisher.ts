import type { Kafka, Producer } from "kafkajs";
import type { Pool } from "pg";
import { v7 as uuidv7 } from "uuid";
import { inTransaction } from "#kit/transaction.ts";
import { orderCreated, type OrderCreated } from "../../events.ts";
import type { Chance, OrderDraft } from "./draft-order.ts";
import { createdEvent, newTraceparent, writeOrder } from "./place-order.ts";

/**
 * The partner import of orders: the old code that the kit replaced everywhere else. It writes the order, then sends
 * its event by itself instead of through the outbox, and encodes it wrongly. It runs only in the weather `poison`.
 */
export interface BrokenPublisher {
  connect(): Promise<void>;
  /** Writes the order and sends its event as bytes that no reader can parse. */
  importOrder(draft: OrderDraft, chance: Chance): Promise<void>;
  disconnect(): Promise<void>;
}

/** The three mistakes of the import, each a cause of its own among the dead letters. */
const MISTAKES: readonly ((event: OrderCreated) => Buffer)[] = [
  // A buffer that was too short.
  (event) => {
    const whole = Buffer.from(JSON.stringify(event));
    return whole.subarray(0, Math.floor(whole.length / 2));
  },
  // An amount as people of the partner's country write it.
  (event) => {
    const totalCents = (event.totalCents / 100).toFixed(2).replace(".", ",");
    return Buffer.from(JSON.stringify({ ...event, totalCents }));
  },
  // Another character set.
  (event) => Buffer.from(JSON.stringify(event), "utf16le"),
];

/** An event's value with one of the import's mistakes. */
export function misencode(event: OrderCreated, chance: Chance): Buffer {
  const mistake = MISTAKES[Math.floor(chance() * MISTAKES.length)] ?? MISTAKES[0];
  if (!mistake) throw new Error("The import has no mistake to make");
  return mistake(event);
}

/** Makes the import; it connects when it is first needed. */
export function createBrokenPublisher(kafka: Kafka, pool: Pool): BrokenPublisher {
  let producer: Producer | undefined;
  return {
    async connect() {
      if (producer) return;
      const connecting = kafka.producer();
      await connecting.connect();
      producer = connecting;
    },
    async importOrder(draft, chance) {
      await inTransaction(pool, (tx) => writeOrder(tx, draft, "import"));
      await producer?.send({
        topic: orderCreated.topic,
        messages: [
          { key: draft.orderId, value: misencode(createdEvent(draft), chance), headers: importHeaders() },
        ],
      });
    },
    async disconnect() {
      await producer?.disconnect();
      producer = undefined;
    },
  };
}

/** The import names its events properly, so a dead letter tells whose it is. */
function importHeaders(): Record<string, string> {
  const eventId = uuidv7();
  return {
    "event-id": eventId,
    "event-type": orderCreated.topic,
    "occurred-at": new Date().toISOString(),
    "correlation-id": eventId,
    producer: "orders",
    traceparent: newTraceparent(),
  };
}
