import { createConsumer } from "#kit/consumer.ts";
import { every } from "../../process/every.ts";
import { type Ground, runPart, type RunningPart } from "../../process/run-part.ts";
import { INVENTORY_GROUP, inventoryHandlers } from "./handlers.ts";
import { prepareShelves, restock } from "./restock.ts";

const RESTOCK_PAUSE_MS = 3_000;

async function openInventory({ kafka, pool, log, weather }: Ground): Promise<RunningPart> {
  await prepareShelves(pool);
  await restock(pool, Math.random);
  const consumer = createConsumer({
    kafka,
    service: "inventory",
    group: INVENTORY_GROUP,
    log,
    handlers: inventoryHandlers(pool, weather),
    concurrency: 4,
  });
  await consumer.start();
  const deliveries = every({
    name: "deliveries",
    pauseMs: RESTOCK_PAUSE_MS,
    log,
    work: () => restock(pool, Math.random),
  });
  return {
    status: () => ({ consumers: { [INVENTORY_GROUP]: consumer.status() } }),
    stop: async () => {
      await consumer.stop();
      await deliveries.stop();
    },
  };
}

await runPart("inventory", openInventory);
