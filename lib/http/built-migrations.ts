import { readdir } from "node:fs/promises";
import { join } from "node:path";

let names: Promise<readonly string[]> | undefined;

/** builtMigrations is the names of the migrations that this build expects, read once from prisma/migrations. */
export function builtMigrations(): Promise<readonly string[]> {
  names ??= read();
  return names;
}

async function read(): Promise<readonly string[]> {
  const folder = join(/* turbopackIgnore: true */ process.cwd(), "prisma", "migrations");
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}
