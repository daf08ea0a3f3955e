import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, open, readFile } from "node:fs/promises";
import { dirname, isAbsolute } from "node:path";
import { poll } from "./poll.ts";
import { signalGroup } from "./signal-group.ts";

/** How a process ended: its exit code, or the signal that ended it. */
export type ProcessExit = { code: number | null; signal: NodeJS.Signals | null };

/** Variables of a process: names and values. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What to start, where its output goes, and how to tell that it is ready. */
export type ProcessOptions = {
  name: string;
  command: string;
  args: readonly string[];
  /** Ours unless given. */
  env?: Environment;
  cwd?: string;
  /** Output and errors are appended here. */
  logFile: string;
  ready?: { check: () => Promise<boolean> | boolean; limitMs: number; everyMs?: number };
  /** What asks the process to end; SIGTERM unless said. */
  stopSignal?: NodeJS.Signals;
  /** Runs the process as this user: for servers that refuse root. */
  runAs?: { uid: number; gid: number } | undefined;
  signal?: AbortSignal | undefined;
  /** Hears the process id before readiness is asked for. */
  onSpawn?: (pid: number) => Promise<void>;
};

/** A process that was started here. */
export type ProcessHandle = {
  name: string;
  pid: number;
  /** Resolves once when the process has ended, however it did. */
  exited: Promise<ProcessExit>;
  isRunning: () => boolean;
  /** Asks it to end, waits `graceMs` (10 s unless said), then kills its group. Resolves when it is gone. */
  stop: (graceMs?: number) => Promise<void>;
  /** SIGKILL to the process and its group. Resolves when it is gone. */
  kill: () => Promise<void>;
};

const LOG_TAIL_BYTES = 2_000;
const SETPRIV = ["/usr/bin/setpriv", "/bin/setpriv"];
const livingPids = new Set<number>();
let exitHookInstalled = false;

const installExitHook = (): void => {
  if (exitHookInstalled) return;
  exitHookInstalled = true;
  process.on("exit", () => {
    for (const pid of livingPids) signalGroup(pid, "SIGKILL");
  });
};

/** On Linux the kernel ends the child when we die, even of SIGKILL; elsewhere the next start cleans up. */
const endWithParent = (options: ProcessOptions): { command: string; args: string[] } => {
  const setpriv = process.platform === "linux" ? SETPRIV.find((path) => existsSync(path)) : undefined;
  if (setpriv === undefined) return { command: options.command, args: [...options.args] };
  const signal = (options.stopSignal ?? "SIGTERM").replace(/^SIG/, "");
  return { command: setpriv, args: ["--pdeathsig", signal, "--", options.command, ...options.args] };
};

/** The last lines of a log file, for an error that says why a process did not start. Empty when there is none. */
export async function logTail(logFile: string): Promise<string> {
  try {
    return (await readFile(logFile, "utf8")).slice(-LOG_TAIL_BYTES).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

const spawned = (child: ChildProcess, name: string): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once("spawn", () => {
      if (child.pid === undefined) reject(new Error(`${name} has no process id`));
      else resolve(child.pid);
    });
    child.once("error", (cause) => {
      reject(new Error(`${name} cannot be started: ${cause.message}`, { cause }));
    });
  });

async function spawnChild(options: ProcessOptions): Promise<ProcessHandle> {
  if (isAbsolute(options.command) && !existsSync(options.command)) {
    throw new Error(`${options.name} cannot be started: ${options.command} does not exist`);
  }
  await mkdir(dirname(options.logFile), { recursive: true });
  const log = await open(options.logFile, "a", 0o600);
  const { command, args } = endWithParent(options);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...(options.env ?? process.env) } as NodeJS.ProcessEnv,
    stdio: ["ignore", log.fd, log.fd],
    // A group of its own: a Ctrl-C in the terminal reaches us, and we stop our children in order.
    detached: true,
    ...(options.runAs ?? {}),
  });
  // Listened for from the first moment: a process may end before anything else is heard of it.
  let running = true;
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once("exit", (code, signal) => {
      running = false;
      if (child.pid !== undefined) livingPids.delete(child.pid);
      resolve({ code, signal });
    });
  });
  const pid = await spawned(child, options.name).finally(() => log.close());
  installExitHook();
  // Looked up again, since the process may have ended meanwhile.
  if (child.exitCode === null && child.signalCode === null) livingPids.add(pid);
  const send = (signal: NodeJS.Signals): void => {
    if (running) signalGroup(pid, signal);
  };
  const kill = async (): Promise<void> => {
    send("SIGKILL");
    await exited;
  };
  const stop = async (graceMs = 10_000): Promise<void> => {
    if (running) process.kill(pid, options.stopSignal ?? "SIGTERM");
    const timer = setTimeout(() => send("SIGKILL"), graceMs);
    await exited;
    clearTimeout(timer);
  };
  return { name: options.name, pid, exited, isRunning: () => running, stop, kill };
}

/**
 * Starts one process in a group of its own and resolves when it is ready. It ends with us: by `stop`, by `kill`, or
 * when we exit. Throws, with the end of its log and with nothing left running, when it cannot be started, ends before
 * it is ready, or is not ready within its limit.
 */
export async function startProcess(options: ProcessOptions): Promise<ProcessHandle> {
  options.signal?.throwIfAborted();
  const handle = await spawnChild(options);
  const { ready } = options;
  try {
    await options.onSpawn?.(handle.pid);
    if (ready === undefined) return handle;
    const isReady = await poll(async () => !handle.isRunning() || (await ready.check()), {
      ...ready,
      signal: options.signal,
    });
    if (handle.isRunning() && isReady) return handle;
  } catch (error) {
    await handle.kill();
    throw error;
  }
  const how = handle.isRunning()
    ? `was not ready within ${ready.limitMs / 1000} s`
    : "ended before it was ready";
  await handle.kill();
  throw new Error(`${options.name} ${how}; the end of its log:\n${await logTail(options.logFile)}`);
}
