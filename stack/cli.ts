/**
 * Kafka and PostgreSQL for a developer: `node stack/cli.ts --dir DIR [--sasl-ssl]` starts both below DIR, writes
 * DIR/stack.json (mode 0600) and stays until SIGINT or SIGTERM, then stops both.
 */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { startKafka } from "./kafka.ts";
import { startPostgres } from "./postgres.ts";

const ended = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => ended.abort(new Error(`stopped by ${signal}`)));
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({ options: { dir: { type: "string" }, "sasl-ssl": { type: "boolean" } } });
  if (values.dir === undefined) throw new Error("usage: node stack/cli.ts --dir DIR [--sasl-ssl]");
  const dir = resolve(values.dir);
  await mkdir(dir, { recursive: true });
  const common = { signal: ended.signal, onProgress: (line: string) => console.log(line) };
  const postgres = await startPostgres({ ...common, dir: join(dir, "postgres") });
  try {
    const cacheDir = join(import.meta.dirname, "..", ".cache");
    const saslSsl = values["sasl-ssl"] === true;
    const kafka = await startKafka({ ...common, dir: join(dir, "kafka"), cacheDir, saslSsl });
    try {
      const file = join(dir, "stack.json");
      const content = {
        kafkaBrokers: kafka.brokers,
        databaseUrl: postgres.url,
        ...(kafka.saslSsl ? { saslSsl: kafka.saslSsl } : {}),
        kafkaJars: kafka.jarsDir,
        pid: process.pid,
      };
      await writeFile(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
      await rename(`${file}.new`, file);
      console.log(`Kafka ${kafka.brokers}, PostgreSQL port ${postgres.port}: see ${file}`);
      await untilAborted(ended.signal);
      await rm(file, { force: true });
    } finally {
      await kafka.stop();
    }
  } finally {
    await postgres.stop();
  }
};

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const alive = setInterval(() => undefined, 60_000);
    const finish = (): void => {
      clearInterval(alive);
      resolve();
    };
    if (signal.aborted) finish();
    else signal.addEventListener("abort", finish, { once: true });
  });

await main();
