import { randomBytes } from "node:crypto";
import type { EventDefinition } from "#kit/event.ts";
import { connectKafka } from "#kit/kafka.ts";
import type { KitLog } from "#kit/log.ts";
import { sagaCommandResult } from "#kit/saga/topics.ts";
import { ensureTopics } from "#kit/topics.ts";
import { SHOP_EVENTS } from "./events.ts";
import { SHOP_GROUPS } from "./groups.ts";
import { SHOP_PARTS, type ShopPart } from "./parts.ts";
import { setUpDatabase } from "./setup-database.ts";

/** What the shop stands on. */
export interface ShopFoundation {
  /** URL of a role that may create schemas and roles and end other roles' sessions (a superuser in the demo). */
  readonly databaseUrl: string;
  /** `host:port`, several separated by commas, or a list. */
  readonly kafkaBrokers: string | readonly string[];
  /** Partitions of every base topic; 6 unless told. Existing topics are never given fewer. */
  readonly partitions?: number;
  /** Where problems of the set-up are written; nowhere unless told (errors are thrown all the same). */
  readonly log?: KitLog;
}

/** The environment of each process: KAFKA_BROKERS and a DATABASE_URL with the part's own login. */
export type ShopEnvironments = Record<ShopPart, Record<string, string>>;

/** A shop that can be started, and what a console needs to watch it. Holds secrets. */
export interface ShopSetUp {
  readonly environments: ShopEnvironments;
  /** URL of a login that may read the schemas of all services and nothing else. */
  readonly readerUrl: string;
  /** The key that fulfilment checks the commands of operators with; made up at each set-up. */
  readonly sagaCommandKey: string;
}

const COMMAND_KEY_BYTES = 32;

const silent: KitLog = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};

/**
 * Makes the schemas, logins, tables and topics of the shop, and returns what each process and a console need.
 * Call it before the processes start, at every start: what exists is kept, the passwords are new each time, and the
 * weather is calm again (an outage that a killed supervisor left behind ends here).
 */
export async function setUpShop(foundation: ShopFoundation): Promise<ShopSetUp> {
  const { databaseUrl, kafkaBrokers } = foundation;
  const brokers = typeof kafkaBrokers === "string" ? kafkaBrokers.split(",") : [...kafkaBrokers];
  const [urls] = await Promise.all([setUpDatabase(databaseUrl), setUpTopics(brokers, foundation)]);
  const sagaCommandKey = randomBytes(COMMAND_KEY_BYTES).toString("base64url");
  const environmentOf = (part: ShopPart): Record<string, string> => ({
    KAFKA_BROKERS: brokers.join(","),
    DATABASE_URL: urls[part],
    ...(part === "fulfilment" ? { SHOP_SAGA_COMMAND_KEY: sagaCommandKey } : {}),
  });
  const environments = Object.fromEntries(
    SHOP_PARTS.map((part) => [part, environmentOf(part)]),
  ) as ShopEnvironments;
  return { environments, readerUrl: urls.reader, sagaCommandKey };
}

async function setUpTopics(brokers: string[], { partitions, log = silent }: ShopFoundation): Promise<void> {
  const sized = (event: EventDefinition<unknown>): EventDefinition<unknown> =>
    partitions === undefined ? event : { ...event, partitions };
  const admin = connectKafka({ brokers, clientId: "shop-setup", log }).admin();
  await admin.connect();
  try {
    await ensureTopics({
      admin,
      events: [...SHOP_EVENTS, sagaCommandResult].map((event) => sized(event)),
      consumers: Object.entries(SHOP_GROUPS).map(([group, events]) => ({
        group,
        events: events.map((event) => sized(event)),
      })),
    });
  } finally {
    await admin.disconnect();
  }
}
