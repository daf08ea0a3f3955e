import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { until } from "../../support/until.ts";

const RUN_PART = pathToFileURL(join(import.meta.dirname, "..", "..", "..", "scripts", "run-part.ts")).href;

/** A part that says when it runs and when it was told to stop; `lifeMs` ends it by itself. */
const part = (name: string, lifeMs?: number): string =>
  `runPart("${name}", ["-e", ${JSON.stringify(
    `process.on("SIGTERM", () => { console.log("${name} stops"); process.exit(0); });` +
      `console.log("${name} runs"); setTimeout(() => process.exit(3), ${lifeMs ?? 600_000});`,
  )}])`;

/** Runs a parent of parts and collects what all of them say. */
function parentOf(...parts: string[]) {
  const code = `import { runPart, runUntilStopped } from ${JSON.stringify(RUN_PART)}; await runUntilStopped([${parts.join(", ")}]);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said = { text: "" };
  for (const stream of [parent.stdout, parent.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said.text += chunk.toString();
    });
  }
  const exited = once(parent, "exit").then(([exitCode]) => exitCode as number | null);
  return { parent, said, exited };
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s stops the parts in reverse order, and the parent ends well",
  async (signal) => {
    const { parent, said, exited } = parentOf(part("console"), part("worker"));
    await until(() => said.text.includes("console runs") && said.text.includes("worker runs"), {
      limitMs: 20_000,
    });
    parent.kill(signal);
    expect(await exited).toBe(0);
    expect(said.text.split("\n").filter((line) => line.endsWith("stops"))).toEqual([
      "worker stops",
      "console stops",
    ]);
  },
);

test("a part that ends by itself ends the others, and the parent fails and says which", async () => {
  const { said, exited } = parentOf(part("console"), part("worker", 500));
  expect(await exited).toBe(1);
  expect(said.text).toContain("worker ended by itself (exit code 3)");
  expect(said.text).toContain("console stops");
});
