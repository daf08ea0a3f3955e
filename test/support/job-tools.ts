import { openScript } from "#lib/adapters/sandbox/run-script.ts";
import { jobSettingsOf } from "#lib/config-jobs.ts";
import { NO_SCHEMAS } from "#lib/domain/jobs/value-schemas.ts";
import type { JobTools } from "#lib/services/ctx.ts";

/** The tools of copy jobs as a configuration that says nothing makes them; no user's database is known. */
export function testJobTools(change: Partial<JobTools> = {}): JobTools {
  return {
    settings: jobSettingsOf({}, { typedOver: 1_000, approvalOver: 10_000, hopCap: 3 }),
    openScript,
    processed: {
      processed: () => Promise.resolve({ state: "unknown", reason: "No database is configured." }),
      dedups: () => Promise.resolve("unknown"),
      close: () => Promise.resolve(),
    },
    generic: () => undefined,
    schemas: () => NO_SCHEMAS,
    ...change,
  };
}
