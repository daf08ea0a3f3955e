import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const SYSTEM_BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The libraries that headless Chromium links against and a small image may lack. */
function hasBrowserLibraries(): boolean {
  try {
    return execFileSync("ldconfig", ["-p"], { encoding: "utf8" }).includes("libnss3.so");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
    throw error;
  }
}

/** The browser of the npm package, with the shared libraries it carries where the system has none. */
async function packagedChromium(): Promise<string> {
  // The package unpacks its own libraries and sets LD_LIBRARY_PATH only where this variable asks for it.
  if (!hasBrowserLibraries()) process.env["AWS_LAMBDA_JS_RUNTIME"] = "nodejs22.x";
  const { default: packaged } = await import("@sparticuz/chromium");
  return await packaged.executablePath();
}

/**
 * chromiumPath finds a browser: CHROMIUM_PATH, Playwright's own if installed, the system's, then the one in the npm
 * package (Linux). Throws with the remedy where there is none.
 */
export async function chromiumPath(): Promise<string> {
  const given = process.env["CHROMIUM_PATH"];
  if (given) return given;
  const found = [chromium.executablePath(), ...SYSTEM_BROWSERS].find((path) => existsSync(path));
  if (found) return found;
  if (process.platform === "linux") return await packagedChromium();
  throw new Error("No Chromium was found. Run `npx playwright install chromium`, or set CHROMIUM_PATH.");
}
