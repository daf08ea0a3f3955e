import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { javaProgram, javaVersion, runJava } from "./java.ts";
import { ensureKafkaJars, kafkaClassPath } from "./kafka-jars.ts";
import { answersMetadata } from "./kafka-probe.ts";
import { serverProperties } from "./kafka-settings.ts";
import { loadKafkaState, type KafkaState } from "./kafka-state.ts";
import { ensureCertificate, type BrokerCertificate } from "./kafka-tls.ts";
import { endLeftOver, removePidFile, writePidFile } from "./pid-file.ts";
import { startProcess, type ProcessHandle } from "./processes.ts";

/** Where the broker lives and what it offers. */
export type KafkaOptions = {
  /** Data, settings and log of this one broker; kept from start to start. */
  dir: string;
  /** The jars and the class archive; shared by all brokers of the checkout. */
  cacheDir: string;
  /** Preferred port of the plain listener; another one is taken when it is not free. */
  port?: number;
  /** Adds a TLS listener where one user signs in by PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512. */
  saslSsl?: boolean;
  /**
   * Adds a plain listener at `port` that tells its clients to come to `advertisedPort`: a proxy stands there, and a
   * client that begins at the proxy never leaves it.
   */
  proxied?: { port: number; advertisedPort: number };
  /** Broker settings that are added to ours or replace them. */
  properties?: Readonly<Record<string, string>>;
  heapMb?: number;
  /** Forgets what an earlier run stored; ports and user stay. */
  fresh?: boolean;
  signal?: AbortSignal;
  onProgress?: (line: string) => void;
};

/** What a client needs for the TLS listener. */
export type SaslSslAccess = { brokers: string; username: string; password: string; caPem: string };

/** A running broker, which can be stopped, killed and started again with its data, ports and user. */
export type KafkaHandle = {
  brokers: string;
  port: number;
  saslSsl?: SaslSslAccess;
  logFile: string;
  /** Folder of the jars: Kafka's own tools are among them. */
  jarsDir: string;
  /** Process id of the running broker, undefined while it does not run. */
  readonly pid: number | undefined;
  isRunning: () => boolean;
  stop: () => Promise<void>;
  kill: () => Promise<void>;
  start: () => Promise<void>;
};

type Broker = {
  dir: string;
  state: KafkaState;
  classPath: string;
  jarsDir: string;
  archive: string;
  certificate: BrokerCertificate | undefined;
  options: KafkaOptions;
};

const READY_LIMIT_MS = 90_000;
const STOP_GRACE_MS = 30_000;
const LOG4J = join(import.meta.dirname, "kafka", "log4j2.yaml");
const LEAN_JVM = [
  "-XX:+UseSerialGC",
  "-XX:TieredStopAtLevel=1",
  "-XX:-UsePerfData",
  "-Xshare:auto",
  "-Xlog:cds=error,cds+dynamic=error",
];

/**
 * Starts one Apache Kafka broker (KRaft, broker and controller in one) on loopback and resolves when it answers
 * metadata, within 90 s. A broker of the same folder that an earlier run left behind is ended first; one that a living
 * process owns is an error. The first stop writes a class archive, which makes later starts two times faster.
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaHandle> {
  const broker = await prepare(options);
  let running: ProcessHandle | undefined = await launch(broker);
  const { state, dir, certificate } = broker;
  const isRunning = (): boolean => running?.isRunning() === true;
  const forget = async (): Promise<void> => {
    running = undefined;
    await removePidFile(pidFileOf(dir));
  };
  return {
    brokers: `127.0.0.1:${state.port}`,
    port: state.port,
    logFile: logFileOf(dir),
    jarsDir: broker.jarsDir,
    get pid() {
      return isRunning() ? running?.pid : undefined;
    },
    ...(certificate ? { saslSsl: accessOf(state, certificate) } : {}),
    isRunning,
    async stop() {
      await running?.stop(STOP_GRACE_MS);
      await forget();
      await keepArchive(broker);
    },
    async kill() {
      await running?.kill();
      await forget();
    },
    async start() {
      if (!isRunning()) running = await launch(broker);
    },
  };
}

const pidFileOf = (dir: string): string => join(dir, "broker.pid");
const logFileOf = (dir: string): string => join(dir, "broker.log");

const accessOf = (state: KafkaState, { caPem }: BrokerCertificate): SaslSslAccess => ({
  brokers: `localhost:${state.saslPort}`,
  username: state.username,
  password: state.password,
  caPem,
});

async function prepare(options: KafkaOptions): Promise<Broker> {
  const dir = resolve(options.dir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await endLeftOver(pidFileOf(dir), dir);
  const jarsDir = await ensureKafkaJars(options);
  const classPath = await kafkaClassPath(jarsDir);
  const state = await loadKafkaState(dir, options.port);
  const certificate = options.saslSsl === true ? await ensureCertificate(dir, state.password) : undefined;
  const runtime = createHash("sha256")
    .update(`${await javaVersion()}\n${classPath}`)
    .digest("hex")
    .slice(0, 16);
  const archive = join(dirname(jarsDir), `broker-${runtime}.jsa`);
  const broker = { dir, state, classPath, jarsDir, archive, certificate, options };
  await writeSettings(broker);
  if (options.fresh === true) await rm(join(dir, "data"), { recursive: true, force: true });
  await format(broker);
  return broker;
}

async function writeSettings({ dir, state, certificate, options }: Broker): Promise<void> {
  const extra = options.properties ?? {};
  const text = serverProperties({ dir, state, saslSsl: certificate, proxied: options.proxied, extra });
  await writeFile(settingsFileOf(dir), text, { mode: 0o600 });
}

const settingsFileOf = (dir: string): string => join(dir, "server.properties");

/** Formats the storage once. The user is made here, since a broker without users cannot be asked to make one. */
async function format({ dir, state, classPath }: Broker): Promise<void> {
  if (existsSync(join(dir, "data", "meta.properties"))) return;
  await rm(join(dir, "data"), { recursive: true, force: true });
  const user = `name=${state.username},password=${state.password}`;
  await runJava("java", [
    ...[
      ...LEAN_JVM,
      `-Dlog4j2.configurationFile=${LOG4J}`,
      "-cp",
      classPath,
      "kafka.tools.StorageTool",
      "format",
    ],
    ...["-t", state.clusterId, "-c", settingsFileOf(dir)],
    ...["--add-scram", `SCRAM-SHA-256=[${user}]`, "--add-scram", `SCRAM-SHA-512=[${user}]`],
  ]);
}

async function launch(broker: Broker): Promise<ProcessHandle> {
  const { dir, state, classPath, archive, options } = broker;
  const archiveFlag = existsSync(archive)
    ? `-XX:SharedArchiveFile=${archive}`
    : `-XX:ArchiveClassesAtExit=${join(dir, "classes.jsa")}`;
  return startProcess({
    name: "Kafka",
    command: javaProgram("java"),
    args: [
      ...[`-Xmx${options.heapMb ?? 512}m`, ...LEAN_JVM, archiveFlag, `-Dlog4j2.configurationFile=${LOG4J}`],
      ...["-cp", classPath, "kafka.Kafka", settingsFileOf(dir)],
    ],
    cwd: dir,
    logFile: logFileOf(dir),
    ready: { check: () => answersMetadata(state.port), limitMs: READY_LIMIT_MS, everyMs: 200 },
    signal: options.signal,
    onSpawn: (pid) => writePidFile(pidFileOf(dir), pid),
  });
}

/** The archive appears in the broker's folder when it ends in good order; from there it is shared by a rename. */
async function keepArchive({ dir, archive }: Broker): Promise<void> {
  const fresh = join(dir, "classes.jsa");
  if (!existsSync(fresh)) return;
  const passing = `${archive}.${randomUUID()}`;
  try {
    await rename(fresh, passing);
    await rename(passing, archive);
  } catch (error) {
    // Another file system: the next start in this folder writes one again.
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    await rm(fresh, { force: true });
  }
}
