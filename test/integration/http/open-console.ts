import { encode } from "next-auth/jwt";
import { Client } from "pg";
import { SESSION_MAX_MS } from "#lib/domain/access/session.ts";
import type { Role } from "#lib/domain/access/role.ts";
import { runtime, type Runtime } from "#lib/runtime.ts";
import { hashPassword } from "#lib/services/access/password.ts";
import { hashSecret, newTokenSecret, tokenPrefix } from "#lib/services/access/secrets.ts";
import { cloneDatabase, type TestDatabase } from "../../support/database.ts";
import { send, type Sent } from "../../support/console-routes.ts";
import { testStack } from "../../support/stack.ts";

export const ORIGIN = "http://sluice.test:3000";
export const SECRET = "a-test-secret-of-32-characters-01";
export const PASSWORD = "correct horse battery";

/** A person of a test, with the header of their session. */
export type TestPerson = { userId: string; email: string; sessionId: string; cookie: Record<string, string> };

/** The console's handlers on a database of their own, in this process. */
export type TestConsole = {
  runtime: Runtime;
  database: TestDatabase;
  /** Sends as a browser on our own page does: Origin and Sec-Fetch-Site are ours unless given. */
  send: (method: string, path: string, sent?: Sent) => Promise<Response>;
  person: (role: Role) => Promise<TestPerson>;
  token: (
    userId: string,
    role: Role,
  ) => Promise<{ id: string; secret: string; header: Record<string, string> }>;
  /** Runs SQL on the console's database, beside its own connections. */
  sql: (text: string) => Promise<Row[]>;
  /** The last entry of an action. */
  lastAudit: (action: string) => Promise<Row | undefined>;
  close: () => Promise<void>;
};

type Row = Record<string, unknown>;

/** openConsole sets the environment of a console and opens it; once a file, for the configuration is read once. */
export async function openConsole(given?: TestDatabase): Promise<TestConsole> {
  const database = given ?? (await cloneDatabase());
  Object.assign(process.env, {
    DATABASE_URL: database.url,
    KAFKA_BROKERS: testStack().kafkaBrokers,
    NEXTAUTH_SECRET: SECRET,
    NEXTAUTH_URL: ORIGIN,
    SLUICE_LOG_LEVEL: "debug",
  });
  const opened = runtime();
  return {
    runtime: opened,
    database,
    send: (method, path, sent = {}) =>
      send(method, `${ORIGIN}${path}`, {
        ...sent,
        headers: { origin: ORIGIN, "sec-fetch-site": "same-origin", ...sent.headers },
      }),
    person: (role) => makePerson(opened, role),
    token: (userId, role) => makeToken(opened, userId, role),
    sql: (text) => runSql(database.url, text),
    lastAudit: async (action) => {
      const text = `SELECT * FROM audit_entry WHERE action = '${action}' ORDER BY at DESC, id DESC LIMIT 1`;
      return (await runSql(database.url, text))[0];
    },
    async close() {
      await opened.close();
      await database.drop();
    },
  };
}

async function runSql(url: string, text: string): Promise<Row[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

let people = 0;

async function makePerson({ db, newId, now }: Runtime, role: Role): Promise<TestPerson> {
  const userId = newId();
  const sessionId = newId();
  const email = `${role}-${++people}@example.com`;
  await db.users.create({
    id: userId,
    email,
    name: role,
    role,
    passwordHash: await hashPassword(PASSWORD),
    createdAt: now(),
  });
  await db.sessions.create({ id: sessionId, userId, createdAt: now(), expiresAt: now() + SESSION_MAX_MS });
  return {
    userId,
    email,
    sessionId,
    cookie: { cookie: await sessionCookie({ sid: sessionId, sub: userId }) },
  };
}

/** The cookie that next-auth would set for these claims. */
export async function sessionCookie(claims: Record<string, string>): Promise<string> {
  return `next-auth.session-token=${await encode({ token: claims, secret: SECRET })}`;
}

async function makeToken({ db, newId, now }: Runtime, userId: string, role: Role) {
  const secret = newTokenSecret();
  const id = newId();
  await db.tokens.create({
    id,
    userId,
    name: "test",
    role,
    prefix: tokenPrefix(secret),
    secretHash: hashSecret(secret),
    createdAt: now(),
    expiresAt: now() + 60_000,
    lastUsedAt: null,
    revokedAt: null,
  });
  return { id, secret, header: { authorization: `Bearer ${secret}` } };
}

/** The parts of a problem+json answer that tests look at. */
export async function problemOf(response: Response): Promise<{
  status: number;
  code: string;
  requestId: string;
  detail: string;
  invalid_params?: { name: string; in: string; reason: string }[];
  details?: Record<string, string | number>;
}> {
  if (response.headers.get("content-type") !== "application/problem+json") {
    throw new Error(`The answer ${response.status} is ${String(response.headers.get("content-type"))}.`);
  }
  const body = (await response.json()) as { status: number; code: string; requestId: string; detail: string };
  if (body.status !== response.status || body.requestId !== response.headers.get("x-request-id")) {
    throw new Error("The problem's status or request id differs from the answer's.");
  }
  return body;
}
