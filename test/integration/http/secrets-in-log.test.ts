import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { offerSetUp } from "#lib/services/access/offer-set-up.ts";
import { openConsole, PASSWORD, SECRET, type TestConsole, type TestPerson } from "./open-console.ts";

/** What the process logs, at the finest level and without the redaction that makeLog adds. */
const lines = vi.hoisted(() => [] as string[]);

vi.mock("#lib/log.ts", () => ({
  makeLog: (name: string) =>
    pino(
      { name, level: "trace" },
      new Writable({
        write(chunk: Buffer, _, done) {
          lines.push(chunk.toString());
          done();
        },
      }),
    ),
}));

let web: TestConsole;
let admin: TestPerson;

beforeAll(async () => {
  web = await openConsole();
});
afterAll(() => web.close());

async function signIn(email: string, password: string): Promise<string> {
  const csrf = await web.send("GET", "/api/auth/csrf");
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const cookie = csrf.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
  const answer = await web.send("POST", "/api/auth/callback/credentials", {
    headers: { cookie, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ csrfToken, email, password, json: "true" }).toString(),
  });
  return (
    answer.headers
      .getSetCookie()
      .find((each) => each.includes("session-token="))
      ?.split(";")[0] ?? ""
  );
}

test("no password, token, cookie, key or database password reaches the log, whatever goes wrong", async () => {
  const setUpToken = (await offerSetUp(web.runtime))!;
  const badPassword = "an-unmistakable-wrong-password";
  const newPassword = "an-unmistakable-new-password";
  const setUp = { email: "first@example.com", name: "First", password: PASSWORD };
  await web.send("POST", "/api/v1/access/set-up", { json: { ...setUp, setUpToken: badPassword } });
  await web.send("POST", "/api/v1/access/set-up", { json: { ...setUp, setUpToken } });
  admin = await web.person("admin");

  const cookie = await signIn(admin.email, PASSWORD);
  expect(cookie).not.toBe("");
  for (let i = 0; i < 6; i++) await signIn(admin.email, badPassword);

  const post = (path: string, sent: object) => web.send("POST", path, { headers: { cookie }, ...sent });
  const user = { email: "second@example.com", name: "Second", role: "viewer", password: newPassword };
  await post("/api/v1/access/users", { json: user });
  await post("/api/v1/access/users", { json: user });
  await post("/api/v1/access/users", { json: { ...user, role: newPassword } });
  await post("/api/v1/access/users", {
    body: `{"password":"${newPassword}"`,
    headers: { cookie, "content-type": "application/json" },
  });
  await web.send("GET", `/api/v1/access/me?password=${newPassword}`, { headers: { cookie } });
  await web.send("GET", `/api/v1/${newPassword}`, { headers: { cookie } });

  const made = await post("/api/v1/access/tokens", {
    json: { name: "ci", role: "viewer", expiresInDays: 1 },
  });
  const { secret } = (await made.json()) as { secret: string };
  await web.send("GET", "/api/v1/access/users", { headers: { authorization: `Bearer ${secret}` } });
  await web.send("GET", "/api/v1/access/users", { headers: { authorization: `Bearer ${secret}x` } });

  // An error that nobody threw on purpose: Prisma's own, with the arguments of a call that holds a hash.
  await web.sql("ALTER TABLE app_user ADD CONSTRAINT planted CHECK (name <> 'Planted')");
  const broken = await post("/api/v1/access/users", {
    json: { ...user, email: "third@example.com", name: "Planted" },
  });
  expect(broken.status).toBe(500);
  const hashes = await web.sql("SELECT password_hash FROM app_user");

  const log = lines.join("");
  expect(log).toContain("a request failed");
  expect(log).toContain("a sign-in was throttled");
  expect(log).toContain("permission_missing");
  const secrets = {
    PASSWORD,
    badPassword,
    newPassword,
    setUpToken,
    secret,
    cookie: cookie.split("=")[1]!,
    SECRET,
    databasePassword: new URL(web.database.url).password,
    scrypt: "scrypt$",
    ...Object.fromEntries(hashes.map(({ password_hash: hash }, i) => [`hash${i}`, hash as string])),
  };
  for (const [name, value] of Object.entries(secrets)) {
    expect(value.length, name).toBeGreaterThan(5);
    expect(log.includes(value), `${name} is in the log`).toBe(false);
  }
});
