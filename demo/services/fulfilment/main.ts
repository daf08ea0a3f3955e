import { createConsumer } from "#kit/consumer.ts";
import { createOrchestrator } from "#kit/saga/orchestrator.ts";
import { type Ground, runPart, type RunningPart } from "../../process/run-part.ts";
import { FULFILMENT_GROUP, fulfilmentHandlers } from "./handlers.ts";
import { fulfilmentSaga } from "./saga.ts";

async function openFulfilment({ kafka, pool, log }: Ground): Promise<RunningPart> {
  const commandKey = process.env.SHOP_SAGA_COMMAND_KEY;
  const orchestrator = createOrchestrator({
    pool,
    kafka,
    service: "fulfilment",
    sagas: [fulfilmentSaga],
    log,
    ...(commandKey === undefined ? {} : { commandKey }),
  });
  const consumer = createConsumer({
    kafka,
    service: "fulfilment",
    group: FULFILMENT_GROUP,
    log,
    handlers: fulfilmentHandlers(pool, orchestrator),
    concurrency: 4,
  });
  await Promise.all([orchestrator.start(), consumer.start()]);
  return {
    status: () => ({
      consumers: { [FULFILMENT_GROUP]: consumer.status() },
      orchestrator: orchestrator.status(),
    }),
    stop: async () => {
      await consumer.stop();
      await orchestrator.stop();
    },
  };
}

await runPart("fulfilment", openFulfilment);
