import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { poll } from "#stack/poll.ts";
import { endLeftOver, findNoted, removePidFile, writePidFile } from "#stack/pid-file.ts";

/** The places below the folder of one demo. */
export type DemoHome = {
  dir: string;
  demoJson: string;
  consoleConfig: string;
  logFile: (part: string) => string;
  pidFile: (part: string) => string;
  serverDir: (server: "kafka" | "postgres") => string;
};

/** What is made up once for a demo and kept, so that a second start has the same password and address. */
export type DemoSecrets = {
  email: string;
  password: string;
  apiToken: string;
  signInSecret: string;
};

const SUPERVISOR = "supervisor";
/** So long may a demo whose terminal was killed take to notice, and so long to stop. */
const NOTICE_LIMIT_MS = 3_000;
const LEAVE_LIMIT_MS = 45_000;

/** Names the places; makes nothing. */
export function demoHome(dir: string): DemoHome {
  return {
    dir,
    demoJson: join(dir, "demo.json"),
    consoleConfig: join(dir, "sluice.config.yaml"),
    logFile: (part) => join(dir, "logs", `${part}.log`),
    pidFile: (part) => join(dir, "pids", `${part}.pid`),
    serverDir: (server) => join(dir, server),
  };
}

/** A file that its owner alone may read, whole or not at all. */
export async function writePrivateFile(path: string, content: string): Promise<void> {
  const passing = `${path}.${process.pid}`;
  await writeFile(passing, content, { mode: 0o600 });
  await rename(passing, path);
}

/**
 * Takes the folder for this process: waits for a demo that is stopping, throws where one goes on, and ends every part
 * that a killed one left behind. With `fresh` it forgets the secrets and the logs too.
 */
export async function takeHome(home: DemoHome, fresh: boolean): Promise<void> {
  await mkdir(join(home.dir, "pids"), { recursive: true, mode: 0o700 });
  const mine = home.pidFile(SUPERVISOR);
  await awaitOther(home);
  await writePidFile(mine, process.pid);
  for (const name of await readdir(join(home.dir, "pids"))) {
    const part = basename(name, ".pid");
    if (part !== SUPERVISOR) await endLeftOver(home.pidFile(part), part);
  }
  await rm(home.demoJson, { force: true });
  await rm(join(home.dir, "logs"), { recursive: true, force: true });
  await mkdir(join(home.dir, "logs"), { mode: 0o700 });
  if (fresh) await rm(secretsFile(home), { force: true });
}

async function awaitOther(home: DemoHome): Promise<void> {
  const findOther = async (): Promise<number | undefined> => {
    const noted = await findNoted(home.pidFile(SUPERVISOR));
    return noted?.pid === process.pid ? undefined : noted?.pid;
  };
  const isLeaving = (): boolean => existsSync(leavingFile(home));
  await poll(async () => isLeaving() || (await findOther()) === undefined, { limitMs: NOTICE_LIMIT_MS });
  if (isLeaving()) await poll(async () => (await findOther()) === undefined, { limitMs: LEAVE_LIMIT_MS });
  const other = await findOther();
  if (other !== undefined) {
    throw new Error(`a demo already runs in ${home.dir} as process ${other}: stop it first`);
  }
  await rm(leavingFile(home), { force: true });
}

const leavingFile = (home: DemoHome): string => join(home.dir, "leaving");

/** Says that this demo is stopping: the next one waits for it. */
export async function markLeaving(home: DemoHome): Promise<void> {
  await writeFile(leavingFile(home), "");
}

/** Gives the folder back once everything has ended. */
export async function leaveHome(home: DemoHome): Promise<void> {
  await rm(leavingFile(home), { force: true });
  await removePidFile(home.pidFile(SUPERVISOR));
}

const secretsFile = (home: DemoHome): string => join(home.dir, "secrets.json");

/** The demo's secrets, made on the first start and kept with mode 0600. */
export async function loadSecrets(home: DemoHome): Promise<DemoSecrets> {
  try {
    return JSON.parse(await readFile(secretsFile(home), "utf8")) as DemoSecrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const secrets: DemoSecrets = {
    email: "admin@demo.example",
    password: readablePassword(),
    apiToken: `slc_${randomBytes(32).toString("base64url")}`,
    signInSecret: randomBytes(32).toString("base64url"),
  };
  await writePrivateFile(secretsFile(home), JSON.stringify(secrets, null, 2));
  return secrets;
}

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

/** Four groups of five that can be typed from a screen: 31 letters to the power of 20, 99 bits. */
const readablePassword = (): string => {
  const letters: string[] = [];
  while (letters.length < 20) {
    const [byte = 255] = randomBytes(1);
    // Bytes past the last whole multiple would make some letters likelier.
    if (byte < LETTERS.length * 8) letters.push(LETTERS.charAt(byte % LETTERS.length));
  }
  return [0, 5, 10, 15].map((from) => letters.slice(from, from + 5).join("")).join("-");
};
