import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { withFileLock } from "#stack/file-lock.ts";
import { logTail, startProcess } from "#stack/processes.ts";
import { checkoutRoot } from "./options.ts";
import type { Progress } from "./progress.ts";

/** Where the build writes what it prints, and who is told. */
export type BuildContext = { logFile: string; signal: AbortSignal; progress: Progress };

type Product = {
  name: string;
  /** Program of `node_modules/.bin` and its arguments. */
  command: string;
  args: readonly string[];
  /** Files and folders below the root that it is made of. */
  sources: readonly string[];
  /** What it makes: absent is not built. */
  result: string;
  /** Where the hash of the sources is kept. */
  stamp: string;
};

const BUILD_LIMIT_MS = 600_000;
const STOP_GRACE_MS = 5_000;

const PRODUCTS: readonly Product[] = [
  {
    name: "Prisma client",
    command: "prisma",
    args: ["generate"],
    sources: ["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"],
    result: "prisma/generated/client.ts",
    stamp: "prisma/generated/.sources",
  },
  {
    name: "build of the console (a minute)",
    command: "next",
    args: ["build"],
    sources: [
      ...["app", "components", "lib", "public", "prisma/schema.prisma", "package-lock.json", "package.json"],
      ...["next.config.js", "postcss.config.mjs", "tsconfig.json", "instrumentation.ts", "proxy.ts"],
    ],
    result: ".next/BUILD_ID",
    stamp: ".next/.sources",
  },
];

/**
 * Generates the Prisma client and builds the console, each only where its sources have changed since. Several callers
 * of one checkout wait for one another. Throws with the end of what the failing program printed.
 */
export async function buildWhatChanged(context: BuildContext): Promise<void> {
  await withFileLock(join(checkoutRoot(), ".sluice", "build.lock"), BUILD_LIMIT_MS, async () => {
    for (const product of PRODUCTS) await build(product, context);
  });
}

async function build(product: Product, { logFile, signal, progress }: BuildContext): Promise<void> {
  const [result, stamp] = [join(checkoutRoot(), product.result), join(checkoutRoot(), product.stamp)];
  const hash = await hashSources(product.sources);
  if (existsSync(result) && existsSync(stamp) && (await readFile(stamp, "utf8")) === hash) return;
  await progress.step(product.name, async () => {
    await rm(stamp, { force: true });
    await runToEnd(product, logFile, signal);
    await mkdir(dirname(stamp), { recursive: true });
    await writeFile(stamp, hash);
  });
}

async function runToEnd(product: Product, logFile: string, signal: AbortSignal): Promise<void> {
  const program = await startProcess({
    name: product.command,
    command: join(checkoutRoot(), "node_modules", ".bin", product.command),
    args: product.args,
    cwd: checkoutRoot(),
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    logFile,
    signal,
  });
  const stop = (): void => void program.stop(STOP_GRACE_MS);
  signal.addEventListener("abort", stop, { once: true });
  const { code } = await program.exited;
  signal.removeEventListener("abort", stop);
  signal.throwIfAborted();
  if (code !== 0) {
    const what = [product.command, ...product.args].join(" ");
    throw new Error(`${what} failed; the end of what it printed:\n${await logTail(logFile)}`);
  }
}

async function hashSources(sources: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const source of sources) {
    for (const path of await filesBelow(source)) {
      hash.update(`${path}\0`);
      hash.update(await readFile(join(checkoutRoot(), path)));
      hash.update("\0");
    }
  }
  return hash.digest("hex");
}

/** The files of a folder in a fixed order, the file itself, or nothing where neither exists. */
async function filesBelow(source: string): Promise<string[]> {
  const path = join(checkoutRoot(), source);
  try {
    const entries = await readdir(path, { withFileTypes: true, recursive: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return files.map((file) => file.slice(checkoutRoot().length + 1)).sort();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTDIR") return [source];
    if (code === "ENOENT") return [];
    throw error;
  }
}
