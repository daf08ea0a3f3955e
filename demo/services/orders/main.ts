import { createConsumer } from "#kit/consumer.ts";
import { type Ground, runPart, type RunningPart } from "../../process/run-part.ts";
import { startGenerator } from "./generator.ts";
import { ORDERS_GROUP, ordersHandlers } from "./handlers.ts";
import { PROJECTION_GROUP, projectionHandlers } from "./projection.ts";

/** Mean of the wave of orders, unless SHOP_ORDERS_PER_SECOND says otherwise. */
const MEAN_PER_SECOND = 13;

async function openOrders({ kafka, pool, log, weather }: Ground): Promise<RunningPart> {
  const shared = { kafka, service: "orders", log, concurrency: 4 };
  const orders = createConsumer({ ...shared, group: ORDERS_GROUP, handlers: ordersHandlers(pool) });
  const projection = createConsumer({
    ...shared,
    group: PROJECTION_GROUP,
    handlers: projectionHandlers(pool),
  });
  await Promise.all([orders.start(), projection.start()]);
  const meanPerSecond = Number(process.env.SHOP_ORDERS_PER_SECOND ?? MEAN_PER_SECOND);
  const generator = startGenerator({ kafka, pool, log, weather, meanPerSecond });
  return {
    status: () => ({
      placed: generator.placed(),
      consumers: { [ORDERS_GROUP]: orders.status(), [PROJECTION_GROUP]: projection.status() },
    }),
    stop: async () => {
      await generator.stop();
      await Promise.all([orders.stop(), projection.stop()]);
    },
  };
}

await runPart("orders", openOrders);
