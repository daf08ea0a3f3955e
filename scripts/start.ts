/**
 * `npm start`: migrates the database, then runs the console and the worker under this parent. Told to stop, it stops
 * the worker and then the console; if one of them ends by itself, it stops the other and fails.
 */
import { join } from "node:path";
import { config } from "#lib/config.ts";
import { checkConsole, startConsolePart } from "#scripts/console-part.ts";
import { applyMigrations } from "#scripts/migrate.ts";
import { runPart, runUntilStopped } from "#scripts/run-part.ts";

const WORKER = join(import.meta.dirname, "..", "lib", "worker", "main.ts");

checkConsole();
const applied = await applyMigrations(config().databaseUrl);
if (applied.length > 0) console.log(`applied ${applied.join(", ")}`);
await runUntilStopped([startConsolePart(), runPart("worker", [WORKER])]);
