import { join } from "node:path";
import { Kafka, logLevel, type Admin } from "kafkajs";
import { openKafkaCluster, type KafkaCluster } from "#lib/adapters/kafka/kafka-cluster.ts";
import { applyMigrations } from "#scripts/migrate.ts";
import { startKafka, type KafkaHandle } from "#stack/kafka.ts";
import { freePort } from "#stack/ports.ts";
import { startPostgres, type PostgresHandle } from "#stack/postgres.ts";
import type { JavaAccess } from "#test/support/java-audit/java-audit.ts";
import { startTcpProxy, type TcpProxy } from "#test/support/tcp-proxy.ts";
import { withClient, withDatabase } from "#test/support/template-database.ts";

/** What a fault may be done to. */
export const SERVER_NAMES = ["kafka", "postgres"] as const;
export type ServerName = (typeof SERVER_NAMES)[number];

/** A broker and a database of the test's own, each behind a proxy; workers know the proxies alone. */
export interface JobServers {
  readonly kafka: KafkaHandle;
  readonly postgres: PostgresHandle;
  readonly proxies: Record<ServerName, TcpProxy>;
  /** Reaches the broker directly. */
  readonly java: JavaAccess;
  /** The test's own way to the broker. */
  readonly client: Kafka;
  readonly cluster: KafkaCluster;
  stop(): Promise<void>;
}

/** CLUSTER is the id that a configuration of brokers alone has. */
export const CLUSTER = "default";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const TEMPLATE = "jobs_template";

/** startJobServers starts both servers below `.sluice/<name>`, empty, with the console's schema in a template. */
export async function startJobServers(name: string): Promise<JobServers> {
  const dir = join(ROOT, ".sluice", name);
  const proxies = { kafka: await startTcpProxy(), postgres: await startTcpProxy() };
  const postgres = await startPostgres({ dir: join(dir, "postgres"), fresh: true });
  const proxied = { port: await freePort(), advertisedPort: proxies.kafka.port };
  const kafka = await startKafka({
    ...{ dir: join(dir, "kafka"), cacheDir: join(ROOT, ".cache"), fresh: true, proxied },
    // Offsets that are set for a group without members are not forgotten in a test; deletions are quick.
    properties: { "file.delete.delay.ms": "1000", "log.initial.task.delay.ms": "1000" },
  });
  proxies.kafka.aim(proxied.port);
  proxies.postgres.aim(postgres.port);
  await withClient(postgres.url, (client) => client.query(`CREATE DATABASE ${TEMPLATE}`));
  await applyMigrations(withDatabase(postgres.url, TEMPLATE));
  const brokers = kafka.brokers.split(",");
  const quiet = { clientId: "fault-jobs", tls: null, sasl: null, now: () => Date.now() };
  const cluster = openKafkaCluster({ bootstrap: brokers, ...quiet });
  return {
    ...{ kafka, postgres, proxies, cluster },
    java: { brokers: kafka.brokers, jarsDir: kafka.jarsDir },
    client: new Kafka({ clientId: "fault-jobs", brokers, logLevel: logLevel.NOTHING }),
    async stop() {
      await cluster.close();
      await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
      await kafka.stop();
      await postgres.stop();
    },
  };
}

/** The addresses of one round: the test's own, and what its workers are told. */
export interface RoundAddresses {
  databaseUrl: string;
  worker: { brokers: string; databaseUrl: string };
}

/** makeRoundDatabase makes an empty database with the console's schema. */
export async function makeRoundDatabase(servers: JobServers, name: string): Promise<RoundAddresses> {
  const { postgres, proxies } = servers;
  await withClient(postgres.url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`));
  const databaseUrl = withDatabase(postgres.url, name);
  const behind = new URL(databaseUrl);
  behind.port = String(proxies.postgres.port);
  const brokers = `127.0.0.1:${proxies.kafka.port}`;
  return { databaseUrl, worker: { brokers, databaseUrl: behind.toString() } };
}

/** withAdmin runs work with a connected kafkajs admin. */
export async function withAdmin<T>(
  { client }: Pick<JobServers, "client">,
  work: (admin: Admin) => Promise<T>,
) {
  const admin = client.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
