import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { poll } from "./poll.ts";
import { findProcess, isSameProcess } from "./process-table.ts";

/**
 * Runs `work` while no other process of this machine that asks for the same lock file does. A lock whose holder has
 * died is taken over. Throws when it is not free within `limitMs`.
 */
export async function withFileLock<T>(path: string, limitMs: number, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(path), { recursive: true });
  const self = findProcess(process.pid);
  if (self === undefined) throw new Error("the process table does not show this process");
  const mine = JSON.stringify({ pid: self.pid, startedAt: self.startedAt });
  const held = await poll(
    async () => {
      try {
        await writeFile(path, mine, { flag: "wx" });
        return true;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        if (await isAbandoned(path)) await rm(path, { force: true });
        return false;
      }
    },
    { limitMs, everyMs: 200 },
  );
  if (!held) throw new Error(`lock ${path} is held by someone else`);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

const isAbandoned = async (path: string): Promise<boolean> => {
  try {
    return !isSameProcess(JSON.parse(await readFile(path, "utf8")) as { pid: number; startedAt: string });
  } catch (error) {
    // Half written by its holder, or released a moment ago: ask again.
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
};
