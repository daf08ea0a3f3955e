import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { listenForHints } from "#lib/adapters/db/hints.ts";
import { makeLog } from "#lib/log.ts";
import { until } from "#test/support/until.ts";
import { ORDER } from "../../unit/lib/domain/sagas/shop-choreography.ts";
import { openChoreographyBench } from "./choreography-bench.ts";

const CREATED = "order.order.created";
const ORDERS = 16;
const EVERY_MS = 300;
/** Two seconds as promised; a notification may reach the listener late. */
const LEAST_GAP_MS = 1_800;

test("while events come consoles are told every two seconds at most, and once more of the last", async () => {
  const bench = await openChoreographyBench();
  const order = bench.prefixed(ORDER);
  await bench.topics(order);
  const told: number[] = [];
  const listener = listenForHints({
    url: bench.url,
    log: makeLog("test", "error"),
    onHint: ({ feature }) => feature === "sagas" && told.push(performance.now()),
    onGap: () => undefined,
  });
  try {
    await until(() => listener.listening, { limitMs: 10_000, what: "the listener" });
    await bench.folding([order], async () => {
      for (let each = 0; each < ORDERS; each += 1) {
        await bench.write({ topic: CREATED, correlationId: `o${each}`, eventId: `e${each}` });
        await delay(EVERY_MS);
      }
      const last = await until(() => bench.get(order, `o${ORDERS - 1}`), { limitMs: 30_000 });
      expect(last.state).toBe("running");
      const foldedAt = performance.now();
      await until(() => (told.at(-1) ?? 0) >= foldedAt - EVERY_MS, {
        limitMs: 10_000,
        what: "the hint of the last",
      });
    });
  } finally {
    await listener.close();
    await bench.close();
  }
  const gaps = told.slice(1).map((at, index) => at - (told[index] ?? 0));
  expect(gaps.length).toBeGreaterThan(0);
  expect(Math.min(...gaps)).toBeGreaterThan(LEAST_GAP_MS);
}, 60_000);
