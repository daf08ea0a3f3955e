import { requireSignInSecret } from "#lib/config.ts";
import { notePeers, rangeOf } from "#lib/http/client-address.ts";
import { describeError } from "#lib/http/describe-error.ts";
import { runtime, type Runtime } from "#lib/runtime.ts";
import { offerSetUp } from "#lib/services/access/offer-set-up.ts";

/** While the database is away at start, the set-up token is tried again this often. */
const RETRY_MS = 5_000;

/**
 * startConsole prepares the server's process: checks the configuration and ends the process where it cannot be
 * served (a console without a secret would sign anybody in), notes each connection's own address, and prints the
 * set-up token of an installation without users.
 */
export async function startConsole(): Promise<void> {
  let started: Runtime;
  try {
    started = runtime();
    requireSignInSecret(started.config);
    started.config.trustedProxies.forEach(rangeOf);
  } catch (error) {
    process.stderr.write(
      `The console cannot start. ${error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exit(1);
  }
  notePeers();
  await printSetUpToken(started);
}

async function printSetUpToken(started: Runtime): Promise<void> {
  try {
    const token = await offerSetUp(started);
    if (token === null) return;
    // The one secret that is printed on purpose: it works once, and only while there is no user.
    process.stdout.write(
      `Sluice has no users yet. Open /sign-in and enter this one-time set-up token: ${token}\n`,
    );
  } catch (error) {
    started.log.warn({ error: describeError(error) }, "the database does not tell whether there are users");
    setTimeout(() => void printSetUpToken(started), RETRY_MS).unref();
  }
}
