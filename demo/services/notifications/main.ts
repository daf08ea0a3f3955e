import { createConsumer } from "#kit/consumer.ts";
import { type Ground, runPart, type RunningPart } from "../../process/run-part.ts";
import { NOTIFICATIONS_GROUP, notificationHandlers } from "./handlers.ts";

async function openNotifications({ kafka, pool, log }: Ground): Promise<RunningPart> {
  const consumer = createConsumer({
    kafka,
    service: "notifications",
    group: NOTIFICATIONS_GROUP,
    log,
    handlers: notificationHandlers(pool, log),
    concurrency: 4,
  });
  await consumer.start();
  return {
    status: () => ({ consumers: { [NOTIFICATIONS_GROUP]: consumer.status() } }),
    stop: () => consumer.stop(),
  };
}

await runPart("notifications", openNotifications);
