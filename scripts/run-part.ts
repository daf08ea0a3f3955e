import { spawn } from "node:child_process";

/** One process of an installation, run by a parent. */
export interface RunningPart {
  readonly name: string;
  /** Fulfilled with the exit code, or 128 where a signal ended the process. */
  readonly exited: Promise<number>;
  /** Asks the process to stop, and ends it when it has not within the grace. */
  stop(): Promise<number>;
}

const GRACE_MS = 20_000;

/**
 * runPart starts a Node script whose output is the parent's. It has a process group of its own: a Ctrl-C reaches the
 * parent alone, which stops its parts in order.
 */
export function runPart(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): RunningPart {
  const child = spawn(process.execPath, args, {
    stdio: "inherit",
    detached: true,
    env: { ...process.env, ...env },
  });
  const exited = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 128));
  });
  return {
    name,
    exited,
    async stop() {
      child.kill("SIGTERM");
      const grace = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
      const code = await exited;
      clearTimeout(grace);
      return code;
    },
  };
}

/**
 * runUntilStopped runs parts until the parent is told to stop or one of them ends by itself, then stops what is left
 * in reverse order. Sets the exit code: 0 when told to stop.
 */
export async function runUntilStopped(parts: readonly RunningPart[]): Promise<void> {
  const told = new Promise<"told">((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve("told"));
  });
  const ended = Promise.race(
    parts.map(async ({ name, exited }) => `${name} ended by itself (exit code ${await exited})`),
  );
  const why = await Promise.race([told, ended]);
  for (const part of parts.toReversed()) await part.stop();
  if (why === "told") return;
  console.error(why);
  process.exitCode = 1;
}
