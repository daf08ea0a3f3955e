import { existsSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "#lib/config-error.ts";
import { config, requireSignInSecret } from "#lib/config.ts";
import { runPart, type RunningPart } from "#scripts/run-part.ts";

const ROOT = join(import.meta.dirname, "..");
const NEXT = join(ROOT, "node_modules", "next", "dist", "bin", "next");

/** checkConsole ends this process with a sentence where the console could not start. */
export function checkConsole(): void {
  try {
    requireSignInSecret(config());
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail(error.message);
  }
  if (!existsSync(join(ROOT, ".next", "BUILD_ID"))) fail("The console is not built. Run: npm run build");
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

/** startConsolePart starts the built console on PORT (3000). next-auth reads the console's address from NEXTAUTH_URL. */
export function startConsolePart(): RunningPart {
  const port = process.env["PORT"] ?? "3000";
  const url = config().consoleUrl ?? `http://localhost:${port}`;
  return runPart("console", [NEXT, "start", ROOT, "--port", port], {
    NEXTAUTH_URL: url,
    NODE_ENV: "production",
  });
}
