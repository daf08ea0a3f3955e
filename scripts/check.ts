/**
 * `npm run check`: everything that can be said about the tree without running it. Generation first, because the
 * rest reads what it writes; then two checks at a time.
 */
import { printResult, runStep, type Step } from "#scripts/run-steps.ts";

const GENERATE: Step[] = [
  { name: "prisma generate", command: "prisma", args: ["generate"] },
  { name: "next typegen", command: "next", args: ["typegen"] },
];

const CHECKS: Step[] = [
  { name: "eslint", command: "eslint", args: [".", "--max-warnings", "0"] },
  { name: "tsc", command: "tsc", args: ["--noEmit"] },
  { name: "tsc (domain)", command: "tsc", args: ["-p", "tsconfig.domain.json"] },
  { name: "dependency-cruiser", command: "node", args: ["scripts/check-walls.ts"] },
  { name: "knip", command: "knip", args: [] },
  { name: "prettier", command: "prettier", args: ["--check", ".", "--log-level", "warn"] },
  { name: "openapi", command: "node", args: ["scripts/openapi.ts", "--check"] },
];

const LANES = 2;
let failed = 0;

for (const step of GENERATE) {
  const result = await runStep(step, false);
  printResult(result);
  if (result.code !== 0) process.exit(1);
}

const queue = [...CHECKS];
async function lane(): Promise<void> {
  for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
    const result = await runStep(step, false);
    printResult(result);
    if (result.code !== 0) failed += 1;
  }
}
await Promise.all(Array.from({ length: LANES }, lane));

console.log(failed === 0 ? "check: all passed" : `check: ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
