import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The path of a program of the JDK: below JAVA_HOME when that is set, else as the PATH has it. */
export function javaProgram(name: "java" | "keytool"): string {
  const home = process.env["JAVA_HOME"];
  return home === undefined || home === "" ? name : join(home, "bin", name);
}

/** The version line of the Java runtime. A class archive is valid for the very runtime that wrote it. */
export async function javaVersion(): Promise<string> {
  const { stdout, stderr } = await run(javaProgram("java"), ["-version"]);
  return `${stdout}${stderr}`.trim();
}

/** Runs one program of the JDK to its end. Throws with what it printed when it fails. */
export async function runJava(
  name: "java" | "keytool",
  args: readonly string[],
  limitMs = 120_000,
): Promise<string> {
  try {
    return (await run(javaProgram(name), [...args], { timeout: limitMs, maxBuffer: 16_777_216 })).stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    const said = `${stdout}${stderr}`.trim().slice(-2_000);
    throw new Error(`${name} failed: ${said === "" ? (error as Error).message.split("\n")[0] : said}`);
  }
}
