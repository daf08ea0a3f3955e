/**
 * `npm test`: every test, in the order that fails soonest: unit, integration, the short form of each fault test,
 * then the browser on the built application. Ends with one line, `N passed, N failed`.
 */
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { z } from "zod";
import { runStep } from "#scripts/run-steps.ts";

const REPORTS = ".sluice/test-reports";

const vitestReport = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
});
const playwrightReport = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
});

interface Tally {
  passed: number;
  failed: number;
}

/** readTally reads a runner's JSON report; a runner that died before it wrote one counts as one failure. */
function readTally(file: string, parse: (json: unknown) => Tally, code: number): Tally {
  let tally: Tally;
  try {
    tally = parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    console.log(`no report at ${file}: ${error instanceof Error ? error.message : String(error)}`);
    return { passed: 0, failed: 1 };
  }
  return code !== 0 && tally.failed === 0 ? { ...tally, failed: 1 } : tally;
}

async function runVitest(project: string): Promise<Tally> {
  const file = `${REPORTS}/${project}.json`;
  const { code } = await runStep(
    {
      name: project,
      command: "vitest",
      args: ["run", "--project", project, "--reporter=dot", "--reporter=json", `--outputFile.json=${file}`],
    },
    true,
  );
  return readTally(
    file,
    (json) => {
      const report = vitestReport.parse(json);
      const failed = Math.max(report.numFailedTests, report.numFailedTestSuites > 0 ? 1 : 0);
      return { passed: report.numPassedTests, failed };
    },
    code,
  );
}

async function runPlaywright(): Promise<Tally> {
  const file = `${REPORTS}/e2e.json`;
  const { code } = await runStep(
    {
      name: "e2e",
      command: "playwright",
      args: ["test", "--reporter=list,json"],
      env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
    },
    true,
  );
  return readTally(
    file,
    (json) => {
      const { stats } = playwrightReport.parse(json);
      if (stats.flaky > 0) console.log(`${stats.flaky} passed only at the second try: see "flaky" above`);
      return { passed: stats.expected + stats.flaky, failed: stats.unexpected };
    },
    code,
  );
}

/** timed runs one suite and says how long it took. */
async function timed(name: string, run: () => Promise<Tally>): Promise<Tally> {
  const startedAt = performance.now();
  const tally = await run();
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
  console.log(`── ${name}: ${tally.passed} passed, ${tally.failed} failed in ${seconds} s`);
  return tally;
}

rmSync(REPORTS, { recursive: true, force: true });
mkdirSync(REPORTS, { recursive: true });

const generated = await runStep({ name: "prisma generate", command: "prisma", args: ["generate"] }, false);
if (generated.code !== 0) throw new Error(generated.output);

const total: Tally = { passed: 0, failed: 0 };
for (const [name, run] of [
  ["unit", () => runVitest("unit")],
  ["integration", () => runVitest("integration")],
  ["fault", () => runVitest("fault")],
  ["e2e", runPlaywright],
] as const) {
  const { passed, failed } = await timed(name, run);
  total.passed += passed;
  total.failed += failed;
}

process.exitCode = total.failed === 0 ? 0 : 1;
console.log(`${total.passed} passed, ${total.failed} failed`);
