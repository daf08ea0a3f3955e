import { SHOP_SERVICES } from "../../parts.ts";
import { every } from "../../process/every.ts";
import { type Ground, runPart, type RunningPart } from "../../process/run-part.ts";
import { openOutbox } from "./relayed-outbox.ts";

const OBEY_PAUSE_MS = 500;

async function openRelay(ground: Ground): Promise<RunningPart> {
  const { log, weather } = ground;
  const outboxes = await Promise.all(SHOP_SERVICES.map((service) => openOutbox(ground, service)));
  const obey = async (): Promise<void> => {
    await Promise.all(outboxes.map((outbox) => outbox.obey(weather.scenario())));
  };
  await obey();
  const loop = every({ name: "obey-weather", pauseMs: OBEY_PAUSE_MS, log, work: obey });
  return {
    status: () => ({
      outboxes: Object.fromEntries(outboxes.map((outbox) => [outbox.service, outbox.status()])),
    }),
    stop: async () => {
      await loop.stop();
      await Promise.all(outboxes.map((outbox) => outbox.stop()));
    },
  };
}

await runPart("relay", openRelay);
