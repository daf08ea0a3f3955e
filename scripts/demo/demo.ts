import { rm } from "node:fs/promises";
import { readScenario, switchScenario, UnknownScenarioError } from "#demo/scenarios/switch-scenario.ts";
import { setUpShop } from "#demo/setup.ts";
import { applyMigrations } from "#scripts/migrate.ts";
import { buildWhatChanged } from "./build.ts";
import {
  consolePart,
  consolePort,
  consoleUrl,
  seedAdmin,
  workerPart,
  writeConsoleConfig,
  type ConsoleContext,
} from "./console-parts.ts";
import { serveControl, UnknownNameError, type ControlEndpoint } from "./control-endpoint.ts";
import { awaitFirstSample } from "./first-sample.ts";
import { loadSecrets, writePrivateFile, type DemoHome, type DemoSecrets } from "./home.ts";
import type { DemoOptions } from "./options.ts";
import type { Part } from "./part.ts";
import type { Progress } from "./progress.ts";
import { provideKafka, providePostgres } from "./servers.ts";
import { shopParts } from "./shop-parts.ts";

/** What a demo needs to start. */
export type DemoContext = { options: DemoOptions; home: DemoHome; progress: Progress; signal: AbortSignal };

/** A demo on its way up or running. `stop` ends whatever has been started so far, last first. */
export type Demo = {
  /** Resolves when the first lag sample is stored, with what the caller prints. */
  start: () => Promise<{ url: string; secrets: DemoSecrets }>;
  stop: () => Promise<void>;
};

type Ground = { kafkaBrokers: string; databaseUrl: string; secrets: DemoSecrets };

/** A demo that has not begun. */
export function createDemo(context: DemoContext): Demo {
  /** What has been started, in this order; the parts of one row start and stop together. */
  const rows: Part[][] = [];
  let control: ControlEndpoint | undefined;
  return {
    async start() {
      const ground = await startGround(context, rows);
      const console = { ...ground, home: context.home, signal: context.signal, port: await consolePort() };
      await startParts(context, console, rows);
      const url = consoleUrl(console.port);
      control = await serveControl(controlOf(context, ground, rows));
      await context.progress.step("first lag sample", () =>
        awaitFirstSample({
          url,
          apiToken: ground.secrets.apiToken,
          expectGroups: context.options.shop,
          signal: context.signal,
        }),
      );
      await writeDemoJson(context.home, { ...ground, url, controlUrl: control.url });
      return { url, secrets: ground.secrets };
    },
    async stop() {
      await rm(context.home.demoJson, { force: true });
      await control?.close();
      await stopAll(rows);
    },
  };
}

/** Stops every row, last first; one part that does not stop keeps no other one running. */
async function stopAll(rows: readonly Part[][]): Promise<void> {
  const failures: unknown[] = [];
  for (const row of rows.toReversed()) {
    for (const settled of await Promise.allSettled(row.map((part) => part.stop()))) {
      if (settled.status === "rejected") failures.push(settled.reason);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, `${failures.length} parts did not stop in order`);
}

/** Servers, build and schema: what everything else stands on. The build needs no server, so they begin together. */
async function startGround(context: DemoContext, rows: Part[][]): Promise<Ground> {
  const { home, progress, signal } = context;
  const secrets = await loadSecrets(home);
  const servers = [
    progress.step("PostgreSQL", () => providePostgres(context)),
    progress.step("Kafka", () => provideKafka(context)),
  ] as const;
  const build = buildWhatChanged({ logFile: home.logFile("build"), signal, progress });
  // Whichever server has started is stopped later, also where the other one or the build has failed.
  const [postgresStart, kafkaStart] = await Promise.allSettled([...servers, build]);
  for (const start of [postgresStart, kafkaStart]) {
    if (start.status === "fulfilled" && start.value.part) rows.push([start.value.part]);
  }
  const [postgres, kafka] = await Promise.all([...servers, build]);
  await progress.step("database schema", () => applyMigrations(postgres.address));
  return { kafkaBrokers: kafka.address, databaseUrl: postgres.address, secrets };
}

/** The shop, the worker and the console, at the same time: none of them needs another one to start. */
async function startParts(context: DemoContext, ground: ConsoleContext, rows: Part[][]): Promise<void> {
  const { options, home, progress, signal } = context;
  const { databaseUrl, kafkaBrokers } = ground;
  const [shopSetUp] = await Promise.all([
    options.shop
      ? progress.step("topics and tables of the shop", () => setUpShop({ databaseUrl, kafkaBrokers }))
      : undefined,
    progress.step("administrator", () => seedAdmin(ground)),
  ]);
  await writeConsoleConfig(ground, shopSetUp);
  const shop = shopSetUp === undefined ? [] : shopParts(home, shopSetUp.environments, signal);
  const [worker, console] = [workerPart(ground), consolePart(ground)];
  rows.push(shop, [worker], [console]);
  await allStarted([
    progress.step("services of the shop", () => allStarted(shop.map((part) => part.start()))),
    progress.step("worker", () => worker.start()),
    progress.step("console", () => console.start()),
  ]);
  if (options.scenario !== undefined) {
    await switchScenario(options.scenario, { databaseUrl, signal });
  }
}

/** Waits for all, so that nothing is still starting when the first failure is passed on. */
async function allStarted(starting: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(starting);
  await Promise.all(starting);
}

const controlOf = ({ options, signal }: DemoContext, ground: Ground, rows: readonly Part[][]) => ({
  token: ground.secrets.apiToken,
  parts: rows.flat(),
  readScenario: async () => (options.shop ? await readScenarioOrNothing(ground.databaseUrl) : undefined),
  switchScenario: async (name: string) => {
    if (!options.shop) throw new UnknownNameError("the shop does not run (--no-shop)");
    try {
      await switchScenario(name, { databaseUrl: ground.databaseUrl, signal });
    } catch (error) {
      if (error instanceof UnknownScenarioError) throw new UnknownNameError(error.message);
      throw error;
    }
  },
});

/** While the database is down the parts are still to be shown. */
const readScenarioOrNothing = async (databaseUrl: string): Promise<string | undefined> => {
  try {
    return await readScenario(databaseUrl);
  } catch (error) {
    process.emitWarning(
      `the scenario cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
};

const writeDemoJson = (home: DemoHome, demo: Ground & { url: string; controlUrl: string }): Promise<void> => {
  const { url, secrets, kafkaBrokers, databaseUrl, controlUrl } = demo;
  const { email, password, apiToken } = secrets;
  const content = { url, email, password, apiToken, kafkaBrokers, databaseUrl, controlUrl, pid: process.pid };
  return writePrivateFile(home.demoJson, `${JSON.stringify(content, null, 2)}\n`);
};
