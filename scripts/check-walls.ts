/**
 * The walls between the layers (ARCHITECTURE.md), checked by dependency-cruiser. It exits 0 when it understood no
 * file at all, so the number of modules it saw is asserted here.
 */
import { existsSync } from "node:fs";
import { cruise } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";
import config from "#.dependency-cruiser.js";

const FOLDERS = ["app", "components", "lib", "stack", "kit", "demo", "scripts", "test", "bench"];
const MODULES_AT_LEAST = 50;

const { output } = await cruise(
  FOLDERS.filter((folder) => existsSync(folder)),
  { ...config.options, ruleSet: { forbidden: config.forbidden }, validate: true },
  {},
  { tsConfig: extractTSConfig("tsconfig.json") },
);
if (typeof output === "string") throw new Error("dependency-cruiser answered with text instead of a result.");

const { violations, totalCruised } = output.summary;
for (const violation of violations) {
  console.log(`${violation.rule.severity} ${violation.rule.name}: ${violation.from} -> ${violation.to}`);
}
console.log(`${totalCruised} modules, ${violations.length} violations`);
if (totalCruised < MODULES_AT_LEAST) throw new Error(`Only ${totalCruised} modules were seen.`);
process.exitCode = violations.some(({ rule }) => rule.severity === "error") ? 1 : 0;
