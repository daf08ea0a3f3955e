import { createConsumer } from "#kit/consumer.ts";
import { type Ground, runPart, type RunningPart } from "../../process/run-part.ts";
import { classifyPaymentError } from "./classify.ts";
import { PAYMENTS_GROUP, paymentsHandlers } from "./handlers.ts";

async function openPayments({ kafka, pool, log, weather }: Ground): Promise<RunningPart> {
  const consumer = createConsumer({
    kafka,
    service: "payments",
    group: PAYMENTS_GROUP,
    log,
    handlers: paymentsHandlers(pool, weather),
    concurrency: 6,
    classify: classifyPaymentError,
  });
  await consumer.start();
  return {
    status: () => ({ consumers: { [PAYMENTS_GROUP]: consumer.status() } }),
    stop: () => consumer.stop(),
  };
}

await runPart("payments", openPayments);
