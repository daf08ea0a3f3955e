import { createConsumer, type EventConsumer } from "#kit/consumer.ts";
import { every } from "../../process/every.ts";
import { type Ground, runPart, type RunningPart } from "../../process/run-part.ts";
import { COURIER_GROUP, courierHandlers } from "./handlers.ts";

const OBEY_PAUSE_MS = 500;
/** In `slow-reply` every command takes seconds: as many are in work at once as then come in that time. */
const CONCURRENCY = 128;

async function openCourier({ kafka, pool, log, weather }: Ground): Promise<RunningPart> {
  let consumer: EventConsumer | undefined;
  const obey = async (): Promise<void> => {
    if (weather.scenario() === "courier-down") {
      await consumer?.stop();
      consumer = undefined;
    } else if (!consumer) {
      const opened = createConsumer({
        kafka,
        service: "courier",
        group: COURIER_GROUP,
        log,
        handlers: courierHandlers(pool, weather),
        concurrency: CONCURRENCY,
      });
      await opened.start();
      consumer = opened;
    }
  };
  await obey();
  const loop = every({ name: "obey-weather", pauseMs: OBEY_PAUSE_MS, log, work: obey });
  return {
    status: () => ({ consumers: { [COURIER_GROUP]: consumer?.status() ?? { state: "away" } } }),
    stop: async () => {
      await loop.stop();
      await consumer?.stop();
    },
  };
}

await runPart("courier", openCourier);
