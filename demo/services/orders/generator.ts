import { performance } from "node:perf_hooks";
import type { Kafka } from "kafkajs";
import type { Pool } from "pg";
import type { KitLog } from "#kit/log.ts";
import { inTransaction } from "#kit/transaction.ts";
import { every, type Loop } from "../../process/every.ts";
import type { Weather } from "../../process/weather.ts";
import { RULE_BREAKING_SHARE, UNREADABLE_SHARE } from "../../scenarios/poison.ts";
import { type BrokenPublisher, createBrokenPublisher } from "./broken-publisher.ts";
import { breakRule, draftOrder } from "./draft-order.ts";
import { placeOrder } from "./place-order.ts";
import { ordersDue, ordersPerSecond } from "./traffic.ts";

const TICK_MS = 200;
/** After a hiccup the shop does not make up for more than this. */
const LONGEST_STRETCH_MS = 1_000;

/** The customers of the shop. */
export interface Generator {
  placed(): number;
  stop(): Promise<void>;
}

/** What the customers need; `meanPerSecond` is the mean of the wave. */
export interface GeneratorOptions {
  readonly kafka: Kafka;
  readonly pool: Pool;
  readonly log: KitLog;
  readonly weather: Weather;
  readonly meanPerSecond: number;
}

/** Lets customers place orders, in waves, until it is stopped or the shop's door is closed. */
export function startGenerator(options: GeneratorOptions): Generator {
  const { kafka, pool, log, weather } = options;
  const broken = createBrokenPublisher(kafka, pool);
  let placed = 0;
  let lastAt = performance.now();

  const round = async (signal: AbortSignal): Promise<void> => {
    const elapsedMs = Math.min(performance.now() - lastAt, LONGEST_STRETCH_MS);
    lastAt = performance.now();
    if (!weather.takingOrders()) return;
    const rate = ordersPerSecond(options.meanPerSecond, Date.now());
    for (let due = ordersDue(rate, elapsedMs, Math.random); due > 0 && !signal.aborted; due -= 1) {
      await placeOne(pool, weather.scenario() === "poison" ? broken : undefined);
      placed += 1;
    }
  };

  const loop: Loop = every({ name: "customers", pauseMs: TICK_MS, log, work: round });
  return {
    placed: () => placed,
    stop: async () => {
      await loop.stop();
      await broken.disconnect();
    },
  };
}

async function placeOne(pool: Pool, broken: BrokenPublisher | undefined): Promise<void> {
  const draft = draftOrder(Math.random, Date.now());
  const fate = broken ? Math.random() : 1;
  if (broken && fate < UNREADABLE_SHARE) {
    await broken.connect();
    await broken.importOrder(draft, Math.random);
    return;
  }
  const told = fate < UNREADABLE_SHARE + RULE_BREAKING_SHARE ? breakRule(draft, Math.random) : draft;
  await inTransaction(pool, (tx) => placeOrder(tx, draft, told));
}
