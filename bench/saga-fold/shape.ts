import type { ChoreographyMap } from "#lib/domain/sagas/choreography.ts";

export const CLUSTER = "bench";
export const PARTITIONS = 6;
/** Key, value and headers of a record. */
export const RECORD_BYTES = 700;
const TOPICS = [
  "bench.order.created",
  "bench.payment.completed",
  "bench.stock.reserved",
  "bench.order.completed",
] as const;
const PRODUCERS = ["orders", "payments", "inventory", "orders"];

/** The choreography that is folded: four events an instance, on a topic each. */
export const MAP: ChoreographyMap = {
  type: "order",
  cluster: CLUSTER,
  starts: [TOPICS[0]],
  rules: TOPICS.slice(1).map((next, n) => ({ event: TOPICS[n] ?? "", next: [next], withinMs: 30_000 })),
  compensations: [],
  completes: [TOPICS[3]],
  compensates: [],
};

/** Events of one instance. */
export const EVENTS_EACH = TOPICS.length;

const idOf = (n: number): string => `01970000-0000-7000-8000-${String(n).padStart(12, "0")}`;

/** The nth event of the load, in the order of time: a few hundred instances are open at once. */
export function eventOf(
  instance: number,
  nth: number,
  at: number,
): {
  topic: string;
  headers: Record<string, string>;
} {
  const topic = TOPICS[nth] ?? TOPICS[0];
  const headers: Record<string, string> = {
    "event-id": idOf(instance * EVENTS_EACH + nth),
    "event-type": topic,
    "occurred-at": new Date(at).toISOString(),
    "correlation-id": idOf(instance * EVENTS_EACH),
    producer: PRODUCERS[nth] ?? "orders",
    traceparent: `00-${String(instance).padStart(32, "0")}-${String(nth + 1).padStart(16, "0")}-01`,
  };
  if (nth > 0) headers["causation-id"] = idOf(instance * EVENTS_EACH + nth - 1);
  return { topic, headers };
}
