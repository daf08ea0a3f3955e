import { join } from "node:path";
import { Client } from "pg";
import { startKafka } from "#stack/kafka.ts";
import { startPostgres } from "#stack/postgres.ts";
import type { DemoHome } from "./home.ts";
import { checkoutRoot, type DemoOptions } from "./options.ts";
import { createPart, type Part } from "./part.ts";
import type { Progress } from "./progress.ts";

/** Kafka or PostgreSQL as the demo uses it: ours, with its part, or the caller's, without one. */
export type Server = { address: string; part: Part | undefined };

/** What starting a server needs. */
export type ServerContext = { options: DemoOptions; home: DemoHome; signal: AbortSignal; progress: Progress };

const DATABASE = "sluice";

type Handle = {
  readonly pid: number | undefined;
  start: () => Promise<void>;
  stop: () => Promise<void>;
  kill: () => Promise<void>;
};

const partOf = (name: string, handle: Handle): Part =>
  createPart(
    name,
    {
      start: () => handle.start(),
      stop: () => handle.stop(),
      kill: () => handle.kill(),
      pid: () => handle.pid,
    },
    true,
  );

/** The caller's Kafka, or one of ours in the demo's folder. */
export async function provideKafka({ options, home, signal, progress }: ServerContext): Promise<Server> {
  if (options.kafkaBrokers !== undefined) return { address: options.kafkaBrokers, part: undefined };
  const handle = await startKafka({
    dir: home.serverDir("kafka"),
    cacheDir: join(checkoutRoot(), ".cache"),
    fresh: options.fresh,
    signal,
    onProgress: (line) => progress.line(`  … ${line}`),
  });
  return { address: handle.brokers, part: partOf("kafka", handle) };
}

/** The caller's database, or one of our own PostgreSQL in the demo's folder. */
export async function providePostgres({ options, home, signal }: ServerContext): Promise<Server> {
  if (options.databaseUrl !== undefined) return { address: options.databaseUrl, part: undefined };
  const handle = await startPostgres({ dir: home.serverDir("postgres"), fresh: options.fresh, signal });
  const part = partOf("postgres", handle);
  try {
    return { address: await ensureDatabase(handle.url), part };
  } catch (error) {
    await part.stop();
    throw error;
  }
}

const ensureDatabase = async (serverUrl: string): Promise<string> => {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
  const url = new URL(serverUrl);
  url.pathname = `/${DATABASE}`;
  return url.toString();
};
