/** `npm run console`: the console alone, on PORT (3000). It does not migrate: readiness says `schema_behind`. */
import { checkConsole, startConsolePart } from "#scripts/console-part.ts";
import { runUntilStopped } from "#scripts/run-part.ts";

checkConsole();
await runUntilStopped([startConsolePart()]);
