/**
 * Writes public/openapi.json from the contracts; with `--check` it compares instead and fails when the file is not
 * what the contracts say (`node scripts/openapi.ts [--check]`).
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openApiDocument } from "#lib/http/openapi.ts";

const FILE = join(import.meta.dirname, "..", "public", "openapi.json");

const fresh = `${JSON.stringify(openApiDocument(), null, 2)}\n`;
if (!process.argv.includes("--check")) {
  await writeFile(FILE, fresh);
  console.log("public/openapi.json is written");
} else if ((await readFile(FILE, "utf8")) === fresh) {
  console.log("public/openapi.json is what the contracts say");
} else {
  console.error(
    "public/openapi.json differs from the contracts: run node scripts/openapi.ts and look at the difference.",
  );
  process.exitCode = 1;
}
