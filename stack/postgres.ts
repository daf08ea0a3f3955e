import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { Client, DatabaseError } from "pg";
import { endLeftOver, removePidFile, writePidFile } from "./pid-file.ts";
import { freePort } from "./ports.ts";
import { findPostgresHome, makeDataDir, type PostgresHome } from "./postgres-home.ts";
import { findProcess } from "./process-table.ts";
import { startProcess, type ProcessHandle } from "./processes.ts";

/** Where the server lives. */
export type PostgresOptions = {
  /** Password, log and, where the server's user may enter, the data; kept from start to start. */
  dir: string;
  /** Preferred port; another one is taken when it is not free. */
  port?: number;
  /** Server settings that are added to ours or replace them. */
  settings?: Readonly<Record<string, string>>;
  /** Forgets what an earlier run stored. */
  fresh?: boolean;
  signal?: AbortSignal;
  onProgress?: (line: string) => void;
};

/** A running server, which can be stopped, killed and started again with its data, port and password. */
export type PostgresHandle = {
  /** Connection string of the superuser for the database `postgres`; holds the password. */
  url: string;
  port: number;
  logFile: string;
  /** Process id of the running server, undefined while it does not run. */
  readonly pid: number | undefined;
  isRunning: () => boolean;
  stop: () => Promise<void>;
  kill: () => Promise<void>;
  start: () => Promise<void>;
};

type Server = {
  dir: string;
  home: PostgresHome;
  port: number;
  password: string;
  options: PostgresOptions;
};

const run = promisify(execFile);
const READY_LIMIT_MS = 60_000;
const STOP_GRACE_MS = 20_000;
/** The workers of a killed server are gone within this time, on a busy machine too. */
const BUSY_LIMIT_MS = 15_000;
const BUSY_PAUSE_MS = 200;
/** A bare password file for initdb lives only as long as initdb. */
const INITDB = ["--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8", "--no-sync"];
const LOCALE = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  wal_level: "logical",
  max_slot_wal_keep_size: "1GB",
  max_connections: "200",
  shared_buffers: "64MB",
  max_wal_size: "512MB",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
  // An error's statement can hold data of a user.
  log_min_error_statement: "panic",
};

/**
 * Starts one PostgreSQL on loopback and resolves when it answers a query, within 60 s; makes its data folder on the
 * first call. A server of the same folder that an earlier run left behind is ended first; one that a living process
 * owns is an error. As root it runs as another user.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresHandle> {
  const server = await prepare(options);
  let running: ProcessHandle | undefined = await launch(server);
  const isRunning = (): boolean => running?.isRunning() === true;
  const forget = async (): Promise<void> => {
    running = undefined;
    await removePidFile(pidFileOf(server.dir));
  };
  return {
    url: urlOf(server),
    port: server.port,
    logFile: logFileOf(server.dir),
    get pid() {
      return isRunning() ? running?.pid : undefined;
    },
    isRunning,
    async stop() {
      await running?.stop(STOP_GRACE_MS);
      await forget();
    },
    async kill() {
      await running?.kill();
      await forget();
    },
    async start() {
      if (!isRunning()) running = await launch(server);
    },
  };
}

const pidFileOf = (dir: string): string => join(dir, "postgres.pid");
const logFileOf = (dir: string): string => join(dir, "postgres.log");
const urlOf = ({ password, port }: Server): string =>
  `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;

async function prepare(options: PostgresOptions): Promise<Server> {
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true });
  const home = await findPostgresHome(dir);
  await endLeftOver(pidFileOf(dir), home.dataDir);
  const kept = await readKept(dir);
  const port = await freePort(options.port ?? kept?.port);
  const password = kept?.password ?? randomBytes(18).toString("hex");
  await writeFile(keptFileOf(dir), JSON.stringify({ port, password }), { mode: 0o600 });
  const server = { dir, home, port, password, options };
  await initialise(server);
  return server;
}

const keptFileOf = (dir: string): string => join(dir, "postgres.json");

const readKept = async (dir: string): Promise<{ port: number; password: string } | undefined> => {
  try {
    return JSON.parse(await readFile(keptFileOf(dir), "utf8")) as { port: number; password: string };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
};

/** Runs initdb once. The marker is written last: a folder that a killed initdb left half made is made anew. */
async function initialise({ home, password, options }: Server): Promise<void> {
  const marker = join(home.dataDir, "sluice-initialised");
  if (options.fresh === true) await rm(marker, { force: true });
  if (existsSync(marker)) return;
  options.onProgress?.("preparing a PostgreSQL data folder");
  await rm(home.dataDir, { recursive: true, force: true });
  await makeDataDir(home);
  const passwordFile = `${home.dataDir}.password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  try {
    const { runAs } = home;
    if (runAs) await run("chown", [`${runAs.uid}:${runAs.gid}`, passwordFile]);
    const args = [...INITDB, ...LOCALE, `--pwfile=${passwordFile}`, "-D", home.dataDir];
    await run(join(home.programs, "initdb"), args, {
      ...(runAs ?? {}),
      cwd: home.dataDir,
      env: { ...process.env, TZ: "UTC" },
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeFile(marker, "");
}

/**
 * A server that was killed leaves its pid file, and for a moment its workers, who hold the shared memory: a strange
 * pid in the file is removed, and a start that meets the workers is tried again.
 */
async function launch(server: Server): Promise<ProcessHandle> {
  const giveUpAt = performance.now() + BUSY_LIMIT_MS;
  for (;;) {
    await removeStalePostmasterPid(server.home.dataDir);
    try {
      return await spawnServer(server);
    } catch (error) {
      const busy = error instanceof Error && error.message.includes("pre-existing shared memory block");
      if (!busy || performance.now() > giveUpAt) throw error;
    }
    await setTimeout(BUSY_PAUSE_MS);
  }
}

const spawnServer = ({ dir, home, port, password, options }: Server): Promise<ProcessHandle> => {
  const settings = { ...SETTINGS, port: String(port), ...(options.settings ?? {}) };
  return startProcess({
    name: "PostgreSQL",
    command: join(home.programs, "postgres"),
    args: [
      "-D",
      home.dataDir,
      ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ],
    cwd: home.dataDir,
    logFile: logFileOf(dir),
    ready: { check: () => answersQuery(port, password), limitMs: READY_LIMIT_MS, everyMs: 100 },
    // "Fast shutdown": ends the sessions, writes a checkpoint.
    stopSignal: "SIGINT",
    runAs: home.runAs,
    signal: options.signal,
    onSpawn: (pid) => writePidFile(pidFileOf(dir), pid),
  });
};

const removeStalePostmasterPid = async (dataDir: string): Promise<void> => {
  const path = join(dataDir, "postmaster.pid");
  if (!existsSync(path)) return;
  const pid = Number.parseInt((await readFile(path, "utf8")).split("\n")[0] ?? "", 10);
  const holder = Number.isInteger(pid) && pid > 0 ? findProcess(pid) : undefined;
  if (holder?.commandLine.includes(dataDir) !== true) await rm(path, { force: true });
};

const answersQuery = async (port: number, password: string): Promise<boolean> => {
  const client = new Client({
    ...{ host: "127.0.0.1", port, user: "postgres", password, database: "postgres" },
    connectionTimeoutMillis: 2_000,
  });
  // A session that ends after it has answered is no news.
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch (error) {
    const starting = error instanceof DatabaseError && error.code === "57P03";
    if (error instanceof DatabaseError && !starting) throw error;
    return false;
  } finally {
    await client.end();
  }
};
