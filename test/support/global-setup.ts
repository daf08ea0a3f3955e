import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startKafka, type SaslSslAccess } from "#stack/kafka.ts";
import { startPostgres } from "#stack/postgres.ts";
import type { TestStack } from "./stack.ts";
import { dropLeftOverDatabases, ensureTemplateDatabase } from "./template-database.ts";

type Servers = Omit<TestStack, "templateDatabase">;
type StackFile = { kafkaBrokers: string; databaseUrl: string; saslSsl?: SaslSslAccess; kafkaJars?: string };

const ROOT = join(import.meta.dirname, "..", "..");
const FAST_NOT_DURABLE = { fsync: "off", full_page_writes: "off", synchronous_commit: "off" };

/**
 * The broker and the database of a run, for vitest's `globalSetup`. In this order: SLUICE_TEST_STACK (the stack.json of
 * `node stack/cli.ts`); SLUICE_TEST_KAFKA_BROKERS with SLUICE_TEST_DATABASE_URL; else a stack of our own below
 * `.sluice/test`, whose PostgreSQL is kept warm and whose broker starts empty.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { servers, stop } = (await givenServers()) ?? (await ownServers());
  try {
    project.provide("stack", {
      ...servers,
      templateDatabase: await ensureTemplateDatabase(servers.databaseUrl),
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

const stopNothing = (): Promise<void> => Promise.resolve();

async function givenServers(): Promise<{ servers: Servers; stop: () => Promise<void> } | undefined> {
  const { SLUICE_TEST_STACK, SLUICE_TEST_KAFKA_BROKERS, SLUICE_TEST_DATABASE_URL } = process.env;
  if (SLUICE_TEST_STACK) {
    const given = JSON.parse(await readFile(SLUICE_TEST_STACK, "utf8")) as StackFile;
    const { kafkaBrokers, databaseUrl, saslSsl = null, kafkaJars = null } = given;
    return { servers: { kafkaBrokers, databaseUrl, saslSsl, kafkaJars }, stop: stopNothing };
  }
  if (SLUICE_TEST_KAFKA_BROKERS && SLUICE_TEST_DATABASE_URL) {
    const [kafkaBrokers, databaseUrl] = [SLUICE_TEST_KAFKA_BROKERS, SLUICE_TEST_DATABASE_URL];
    return { servers: { kafkaBrokers, databaseUrl, saslSsl: null, kafkaJars: null }, stop: stopNothing };
  }
  return undefined;
}

async function ownServers(): Promise<{ servers: Servers; stop: () => Promise<void> }> {
  const dir = join(ROOT, ".sluice", "test");
  const postgres = await startPostgres({ dir: join(dir, "postgres"), settings: FAST_NOT_DURABLE });
  try {
    await dropLeftOverDatabases(postgres.url);
    const cacheDir = join(ROOT, ".cache");
    const kafka = await startKafka({ dir: join(dir, "kafka"), cacheDir, saslSsl: true, fresh: true });
    const stop = async (): Promise<void> => {
      await kafka.stop();
      await postgres.stop();
    };
    const { brokers, jarsDir, saslSsl = null } = kafka;
    return {
      servers: { kafkaBrokers: brokers, databaseUrl: postgres.url, saslSsl, kafkaJars: jarsDir },
      stop,
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}
