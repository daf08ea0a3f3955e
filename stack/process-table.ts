import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * One process as the system's process table knows it. A pid alone is reused; a pid with its start (and, on Linux, the
 * boot that it is counted from) is not.
 */
export type ProcessIdentity = { pid: number; startedAt: string; commandLine: string };

const bootId = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

const readProc = (pid: number): ProcessIdentity | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const afterName = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    // proc(5): state is field 3, starttime (clock ticks since boot) is field 22.
    const [state, startedAt] = [afterName[0], afterName[19]];
    const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    // The command line of a process in the middle of its exec is empty: it lives all the same.
    if (state === "Z" || state === "X" || startedAt === undefined) return undefined;
    return { pid, startedAt: `${bootId()}:${startedAt}`, commandLine };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ESRCH") return undefined;
    throw error;
  }
};

const readPs = (pid: number): ProcessIdentity | undefined => {
  try {
    const ps = (column: string): string =>
      execFileSync("ps", ["-ww", "-o", `${column}=`, "-p", String(pid)], { encoding: "utf8" }).trim();
    const [state, startedAt, commandLine] = [ps("state"), ps("lstart"), ps("command")];
    if (state === "" || state.startsWith("Z")) return undefined;
    return { pid, startedAt, commandLine };
  } catch (error) {
    // ps exits 1 when no such process exists.
    if ((error as { status?: unknown }).status === 1) return undefined;
    throw error;
  }
};

/** The living process with this pid, or undefined when there is none (a zombie counts as none). */
export function findProcess(pid: number): ProcessIdentity | undefined {
  return process.platform === "linux" ? readProc(pid) : readPs(pid);
}

/** Whether this very process, and not a later one with the same pid, still lives. */
export function isSameProcess(identity: { pid: number; startedAt: string }): boolean {
  return findProcess(identity.pid)?.startedAt === identity.startedAt;
}
