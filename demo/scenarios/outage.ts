import { escapeIdentifier } from "pg";
import { loginOf } from "../parts.ts";
import type { Scenario } from "./scenario.ts";

/**
 * The database refuses payments: its login is revoked and its sessions are ended; after a minute it has it back.
 * Payments classes exactly this failure as `retryable`, on purpose (see services/payments/classify.ts), so that its
 * events go to the dead letters after three attempts and there is something to redrive. The kit's own
 * classification would pause instead.
 */
export const outage: Scenario = {
  name: "outage",
  sees:
    "Payments fails for a minute: its lag rises, and events go to order.order.created.dlt after three attempts " +
    "each. Then it catches up; the dead letters stay until someone redrives them.",
  lastsMs: 60_000,

  async begin({ client, database }) {
    await client.query(`ALTER ROLE ${escapeIdentifier(loginOf("payments", database))} NOLOGIN`);
  },

  // After the commit: a session ended before it could sign in again at once.
  async strike({ client, database }) {
    await client.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", [
      loginOf("payments", database),
    ]);
  },

  async end({ client, database }) {
    await client.query(`ALTER ROLE ${escapeIdentifier(loginOf("payments", database))} LOGIN`);
  },
};
