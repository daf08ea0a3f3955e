import { readFile, rm, writeFile } from "node:fs/promises";
import { findProcess, isSameProcess } from "./process-table.ts";
import { poll } from "./poll.ts";
import { signalGroup } from "./signal-group.ts";

type PidFile = { pid: number; startedAt: string; owner: { pid: number; startedAt: string } };

const LIMIT_MS = 15_000;

const readPidFile = async (path: string): Promise<PidFile | undefined> => {
  try {
    return JSON.parse(await readFile(path, "utf8")) as PidFile;
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
    if (gone || error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** Notes that we started `pid`, so that a later start can tell it from a stranger with the same pid. */
export async function writePidFile(path: string, pid: number): Promise<void> {
  const identity = findProcess(pid);
  const owner = findProcess(process.pid);
  if (identity === undefined || owner === undefined) return;
  const { startedAt } = identity;
  const content: PidFile = { pid, startedAt, owner: { pid: owner.pid, startedAt: owner.startedAt } };
  await writeFile(path, JSON.stringify(content), { mode: 0o600 });
}

/** Forgets the process once it has ended. */
export async function removePidFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** The process of the file, when that very process still lives. */
export async function findNoted(path: string): Promise<{ pid: number; startedAt: string } | undefined> {
  const noted = await readPidFile(path);
  return noted !== undefined && isSameProcess(noted) ? noted : undefined;
}

/**
 * Ends what an earlier run left behind: the process of the file and its group, when that very process still lives.
 * Throws, naming `what`, when whoever started it still lives: then it is in use.
 */
export async function endLeftOver(path: string, what: string): Promise<void> {
  const noted = await readPidFile(path);
  if (noted === undefined) return;
  if (isSameProcess(noted)) {
    if (noted.owner.pid !== process.pid && isSameProcess(noted.owner)) {
      throw new Error(`${what} is in use by process ${noted.owner.pid}: stop that one first`);
    }
    signalGroup(noted.pid, "SIGKILL");
    const gone = await poll(() => !isSameProcess(noted), { limitMs: LIMIT_MS });
    if (!gone) throw new Error(`left-over process ${noted.pid} of ${what} does not end`);
  }
  await removePidFile(path);
}
