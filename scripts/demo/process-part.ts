import { removePidFile, writePidFile } from "#stack/pid-file.ts";
import { startProcess, type Environment, type ProcessHandle } from "#stack/processes.ts";
import type { DemoHome } from "./home.ts";
import { checkoutRoot } from "./options.ts";
import { createPart, type Part } from "./part.ts";

/** A part that is one Node process of this checkout. */
export type ProcessPartOptions = {
  name: string;
  home: DemoHome;
  /** Script below the root, and its arguments. */
  args: readonly string[];
  /** Asked at each start: a part that served a port may get another one. */
  env: () => Promise<Environment>;
  /** Whether the process that was started at `startedAt` (epoch ms) does its work, given its environment. */
  isHealthy: (env: Environment, startedAt: number) => Promise<boolean>;
  healthyLimitMs: number;
  stopGraceMs: number;
  signal: AbortSignal;
};

/** kafkajs computes a negative wait, which Node 24 would tell the log about; the wait itself is right. */
const NODE_FLAGS = ["--disable-warning=TimeoutNegativeWarning"];

/** A Node process under the demo's orders; its log and pid file lie in the demo's folder. */
export function processPart(options: ProcessPartOptions): Part {
  const { name, home } = options;
  let running: ProcessHandle | undefined;
  const forget = async (): Promise<void> => {
    running = undefined;
    await removePidFile(home.pidFile(name));
  };
  const start = async (): Promise<void> => {
    const env = { ...process.env, ...(await options.env()) };
    const startedAt = Date.now();
    running = await startProcess({
      name,
      command: process.execPath,
      args: [...NODE_FLAGS, ...options.args],
      env,
      cwd: checkoutRoot(),
      logFile: home.logFile(name),
      signal: options.signal,
      onSpawn: (pid) => writePidFile(home.pidFile(name), pid),
      ready: {
        check: () => options.isHealthy(env, startedAt),
        limitMs: options.healthyLimitMs,
        everyMs: 200,
      },
    });
  };
  return createPart(name, {
    start,
    async stop() {
      await running?.stop(options.stopGraceMs);
      await forget();
    },
    async kill() {
      await running?.kill();
      await forget();
    },
    pid: () => (running?.isRunning() === true ? running.pid : undefined),
  });
}

/** Whether this address answers 200 within two seconds. */
export async function answersOk(url: string, headers: Record<string, string> = {}): Promise<boolean> {
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return response.status === 200;
  } catch (error) {
    // fetch answers a refused connection and its own time limit by a throw; anything else is our mistake.
    if (error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError"))
      return false;
    throw error;
  }
}
