import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { withFileLock } from "./file-lock.ts";

const run = promisify(execFile);
const POM = join(import.meta.dirname, "kafka", "pom.xml");
const DOWNLOAD_LIMIT_MS = 600_000;

/** Where to keep the jars (a git-ignored folder), and who hears that a download begins. */
export type KafkaJarsOptions = {
  cacheDir: string;
  onProgress?: ((line: string) => void) | undefined;
  signal?: AbortSignal | undefined;
};

/**
 * The folder with Apache Kafka's jars and tools of the checked-in pom, downloaded through Maven on the first call and
 * never again for the same pom. Callers in any number of processes are safe. Throws with Maven's own words when the
 * download fails.
 */
export async function ensureKafkaJars(options: KafkaJarsOptions): Promise<string> {
  const hash = createHash("sha256")
    .update(await readFile(POM))
    .digest("hex")
    .slice(0, 16);
  const home = resolve(options.cacheDir, "kafka", hash);
  const jarsDir = join(home, "libs");
  if (existsSync(jarsDir)) return jarsDir;
  await withFileLock(join(home, "download.lock"), DOWNLOAD_LIMIT_MS, async () => {
    if (existsSync(jarsDir)) return;
    options.onProgress?.("downloading Apache Kafka through Maven");
    const target = join(home, `libs.${randomUUID()}`);
    try {
      await copyDependencies(target, options.signal);
      await rename(target, jarsDir);
    } finally {
      await rm(target, { recursive: true, force: true });
    }
  });
  return jarsDir;
}

const copyDependencies = async (target: string, signal: AbortSignal | undefined): Promise<void> => {
  await mkdir(target, { recursive: true });
  const args = ["-q", "-B", "-f", POM, "dependency:copy-dependencies", `-DoutputDirectory=${target}`];
  try {
    await run("mvn", args, { timeout: DOWNLOAD_LIMIT_MS, ...(signal ? { signal } : {}) });
  } catch (error) {
    const { stdout = "", stderr = "", message } = error as Error & { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.trim().slice(-2_000);
    throw new Error(`Maven cannot fetch Apache Kafka: ${said === "" ? message : said}`, { cause: error });
  }
};

/** The jars as one class path, in a fixed order: a class archive is valid for one order only. */
export async function kafkaClassPath(jarsDir: string): Promise<string> {
  const jars = (await readdir(jarsDir)).filter((name) => name.endsWith(".jar")).sort();
  return jars.map((name) => join(jarsDir, name)).join(process.platform === "win32" ? ";" : ":");
}
