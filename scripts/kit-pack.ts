/**
 * `npm run kit:pack`: emits the kit as JavaScript with declarations into kit/dist and packs it. Node refuses TypeScript
 * in `node_modules`, so the packed package differs from the workspace: its exports point at the emitted files.
 * `--out DIR` puts the tarball there instead of kit/dist; the last line printed is its path.
 */
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { parseArgs, promisify } from "node:util";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "..");
const KIT = join(ROOT, "kit");

interface PackageJson {
  exports: unknown;
  dependencies: Record<string, string>;
  devDependencies?: Record<string, string>;
  [field: string]: unknown;
}

async function readManifest(dir: string): Promise<PackageJson> {
  return JSON.parse(await readFile(join(dir, "package.json"), "utf8")) as PackageJson;
}

async function emit(packageDir: string): Promise<void> {
  const compiler = join(
    dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
    "bin",
    "tsc",
  );
  const args = ["--project", join(KIT, "tsconfig.build.json"), "--outDir", packageDir];
  await run(process.execPath, [compiler, ...args], { cwd: ROOT });
}

/** The declarations speak of pg's types, which the workspace has from the root. */
async function writeManifest(packageDir: string): Promise<void> {
  const [manifest, root] = await Promise.all([readManifest(KIT), readManifest(ROOT)]);
  const pgTypes = root.devDependencies?.["@types/pg"];
  if (pgTypes === undefined) throw new Error("package.json no longer names @types/pg");
  manifest.dependencies = { "@types/pg": pgTypes, ...manifest.dependencies };
  manifest.exports = { "./*": { types: "./*.d.ts", default: "./*.js" } };
  await writeFile(join(packageDir, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await cp(join(KIT, "README.md"), join(packageDir, "README.md"));
  await cp(join(ROOT, "LICENSE"), join(packageDir, "LICENSE"));
}

/** Emits, packs, and answers the tarball's path. */
async function packKit(outDir: string): Promise<string> {
  const packageDir = join(outDir, "package");
  await rm(packageDir, { recursive: true, force: true });
  await mkdir(packageDir, { recursive: true });
  await emit(packageDir);
  await writeManifest(packageDir);
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", outDir], { cwd: packageDir });
  const [packed] = JSON.parse(stdout) as { filename: string }[];
  if (!packed) throw new Error("npm pack named no file");
  return join(outDir, packed.filename);
}

const { values } = parseArgs({ options: { out: { type: "string" } } });
console.log(await packKit(resolve(values.out ?? join(KIT, "dist"))));
