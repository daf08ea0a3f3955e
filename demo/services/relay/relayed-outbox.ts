import { randomUUID } from "node:crypto";
import { createProducer } from "#kit/producer.ts";
import { createRelay, type Relay } from "#kit/relay.ts";
import { schemaOf, type ShopService } from "../../parts.ts";
import { type Ground, openPool } from "../../process/run-part.ts";
import type { ScenarioName } from "../../scenarios/scenario.ts";
import { createRepeater } from "./repeat-events.ts";

/** The relaying of one service's outbox. */
export interface RelayedOutbox {
  readonly service: ShopService;
  /** Does what the weather demands: relay or pause, repeat or not. */
  obey(scenario: ScenarioName): Promise<void>;
  stop(): Promise<void>;
  status(): unknown;
}

/** Opens the outbox of a service: a relay on connections whose search path is that service's schema. */
export async function openOutbox(ground: Ground, service: ShopService): Promise<RelayedOutbox> {
  const { kafka, databaseUrl } = ground;
  const log = ground.log.child({ outbox: service });
  const pool = openPool({
    url: databaseUrl,
    name: `shop-relay-${service}`,
    log,
    searchPath: schemaOf(service),
  });
  const producer = createProducer({ kafka, service, log });
  await producer.connect();
  const repeater = createRepeater({ pool, producer });
  const newRelay = (): Relay =>
    createRelay({ pool, kafka, service, holder: `shop-relay-${randomUUID()}`, log });
  let relay: Relay | undefined;
  let repeated = 0;

  return {
    service,
    async obey(scenario) {
      if (scenario === "relay-down") {
        await relay?.stop();
        relay = undefined;
      } else if (!relay) {
        relay = newRelay();
        await relay.start();
      }
      if (scenario === "duplicates") repeated += await repeater.repeat();
      else repeater.forget();
    },
    async stop() {
      await relay?.stop();
      await producer.disconnect();
      await pool.end();
    },
    status: () => ({ relay: relay?.status() ?? { state: "paused" }, repeated }),
  };
}
