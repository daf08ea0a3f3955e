import { spawn } from "node:child_process";

/** A Step is one command of a check or a test run, with the name shown while it runs. */
export interface Step {
  name: string;
  command: string;
  args: string[];
  env?: Readonly<Record<string, string>>;
}

/** What became of a step: its exit code, how long it took and what it printed where it was captured. */
export interface StepResult {
  step: Step;
  code: number;
  durationMs: number;
  output: string;
}

/** runStep runs one command to its end and captures what it prints; `live` lets it print as it goes as well. */
export function runStep(step: Step, live: boolean): Promise<StepResult> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(step.command, step.args, {
      env: { ...process.env, ...step.env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const forward = (signal: NodeJS.Signals) => child.kill(signal);
    process.on("SIGINT", forward).on("SIGTERM", forward);
    let output = "";
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      if (live) process.stdout.write(chunk);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("SIGINT", forward).off("SIGTERM", forward);
      resolve({ step, code: code ?? 1, durationMs: performance.now() - startedAt, output });
    });
  });
}

/** printResult prints one line for a step, and everything it printed when it failed. */
export function printResult(result: StepResult): void {
  const mark = result.code === 0 ? "✓" : "✗";
  console.log(`  ${mark} ${result.step.name.padEnd(34)} ${(result.durationMs / 1000).toFixed(1)} s`);
  if (result.code !== 0) console.log(result.output);
}
