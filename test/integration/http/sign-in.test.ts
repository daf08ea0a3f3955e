import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PEER_HEADER } from "#lib/http/client-address.ts";
import { openConsole, PASSWORD, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

const PROXY = "10.1.2.3";
const ERRORS = { none: null, refused: "CredentialsSignin", throttled: "sign_in_throttled" } as const;

let web: TestConsole;
let person: TestPerson;

beforeAll(async () => {
  web = await openConsole();
  Object.assign(web.runtime.config, { trustedProxies: ["10.0.0.0/8"] });
});
afterAll(() => web.close());
beforeEach(async () => {
  await web.sql("DELETE FROM sign_in_throttle");
  person = await web.person("viewer");
});

/** Signs in as next-auth's own client does: its token first, then the form. */
async function signIn(email: string, password: string, headers: Record<string, string> = {}) {
  const csrf = await web.send("GET", "/api/auth/csrf");
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const answer = await web.send("POST", "/api/auth/callback/credentials", {
    headers: { cookie: cookiesOf(csrf), "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams({ csrfToken, email, password, json: "true" }).toString(),
  });
  const { url } = (await answer.json()) as { url: string };
  const session = answer.headers.getSetCookie().find((each) => each.startsWith("next-auth.session-token="));
  return {
    error: new URL(url, "http://x").searchParams.get("error"),
    session,
    csrfToken,
    csrf: cookiesOf(csrf),
  };
}

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");
const me = (cookie: string) => web.send("GET", "/api/v1/access/me", { headers: { cookie } });

describe("a sign-in", () => {
  test("with the right password sets a cookie that is httpOnly, SameSite=Lax and opens the API", async () => {
    const { error, session } = await signIn(` ${person.email.toUpperCase()} `, PASSWORD);
    expect(error).toBe(ERRORS.none);
    expect(session).toMatch(/HttpOnly/i);
    expect(session).toMatch(/SameSite=Lax/i);
    expect(await (await me(session!.split(";")[0]!)).json()).toMatchObject({ email: person.email });
    expect(await web.lastAudit("session.create")).toMatchObject({ actor_id: person.userId, state: "done" });
  });

  test("makes a session of its own each time, and signing out ends that one alone", async () => {
    const first = await signIn(person.email, PASSWORD);
    const second = await signIn(person.email, PASSWORD);
    const cookie = first.session!.split(";")[0]!;
    const left = await web.send("POST", "/api/auth/signout", {
      headers: { cookie: `${first.csrf}; ${cookie}`, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ csrfToken: first.csrfToken, json: "true" }).toString(),
    });
    expect(left.status).toBe(200);
    expect(await problemOf(await me(cookie))).toMatchObject({ status: 401, code: "session_expired" });
    expect((await me(second.session!.split(";")[0]!)).status).toBe(200);
  });

  test.each([
    ["a wrong password", () => [person.email, "wrong horse battery"]],
    ["an unknown account", () => ["nobody@example.com", PASSWORD]],
  ])("with %s is refused, without a cookie", async (_, given) => {
    const [email, password] = given();
    expect(await signIn(email!, password!)).toMatchObject({
      error: ERRORS.refused,
      session: undefined,
    });
  });

  test("of a disabled user is refused with the right password", async () => {
    await web.sql(`UPDATE app_user SET disabled_at = now() WHERE id = '${person.userId}'`);
    expect(await signIn(person.email, PASSWORD)).toMatchObject({
      error: ERRORS.refused,
      session: undefined,
    });
  });

  test("without next-auth's own token signs nobody in", async () => {
    const answer = await web.send("POST", "/api/auth/callback/credentials", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ email: person.email, password: PASSWORD, json: "true" }).toString(),
    });
    expect(answer.headers.getSetCookie().some((each) => each.includes("session-token="))).toBe(false);
  });

  test("with a body over 1 MiB is 413", async () => {
    const answer = await web.send("POST", "/api/auth/callback/credentials", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `password=${"x".repeat(1024 * 1024)}`,
    });
    expect(await problemOf(answer)).toMatchObject({ status: 413, code: "request_too_large" });
  });
});

describe("the throttle", () => {
  test("an account is closed after five failures, also to the right password, and to parallel guesses", async () => {
    const guesses = await Promise.all(
      Array.from({ length: 8 }, () => signIn(person.email, "wrong horse battery")),
    );
    const errors = guesses.map(({ error }) => error);
    expect(errors.filter((error) => error === ERRORS.refused)).toHaveLength(5);
    expect(errors.filter((error) => error === ERRORS.throttled)).toHaveLength(3);
    expect((await signIn(person.email, PASSWORD)).error).toBe(ERRORS.throttled);
    expect((await signIn((await web.person("viewer")).email, PASSWORD)).error).toBe(ERRORS.none);
  });

  test("opens again when the block is over, and a success forgets the failures", async () => {
    for (let i = 0; i < 5; i++) await signIn(person.email, "wrong horse battery");
    await web.sql("UPDATE sign_in_throttle SET blocked_until = now()");
    expect((await signIn(person.email, PASSWORD)).error).toBe(ERRORS.none);
    expect((await signIn(person.email, "wrong horse battery")).error).toBe(ERRORS.refused);
    expect((await signIn(person.email, PASSWORD)).error).toBe(ERRORS.none);
  });

  test("many sign-ins that succeed are not failures", async () => {
    for (let i = 0; i < 7; i++) expect((await signIn(person.email, PASSWORD)).error).toBe(ERRORS.none);
    expect(await web.sql("SELECT sum(failures)::int AS failures FROM sign_in_throttle")).toEqual([
      { failures: 0 },
    ]);
  });

  const addresses = async () =>
    (await web.sql("SELECT key FROM sign_in_throttle WHERE key LIKE 'address:%'")).map(({ key }) => key);

  test("a forged x-forwarded-for of somebody who is no trusted proxy counts for nothing", async () => {
    await signIn("a@example.com", "wrong", {
      [PEER_HEADER]: "203.0.113.9",
      "x-forwarded-for": "198.51.100.7",
    });
    await signIn("b@example.com", "wrong", { "x-forwarded-for": "198.51.100.7" });
    expect(await addresses()).toEqual([]);
  });

  test("behind a trusted proxy the address that it saw counts, not what the client wrote before it", async () => {
    await signIn("c@example.com", "wrong", {
      [PEER_HEADER]: PROXY,
      "x-forwarded-for": "1.1.1.1, 198.51.100.7, 10.9.9.9",
    });
    expect(await addresses()).toEqual(["address:198.51.100.7"]);
  });

  test("an address is closed after twenty failures, whatever the account", async () => {
    const headers = { [PEER_HEADER]: PROXY, "x-forwarded-for": "198.51.100.8" };
    await web.sql(
      "INSERT INTO sign_in_throttle (key, failures, window_at) VALUES ('address:198.51.100.8', 19, now())",
    );
    expect((await signIn("d@example.com", "wrong", headers)).error).toBe(ERRORS.refused);
    expect((await signIn("e@example.com", "wrong", headers)).error).toBe(ERRORS.throttled);
  });

  test("a hundred and twenty failures a minute brake everybody", async () => {
    await web.sql("INSERT INTO sign_in_throttle (key, failures, window_at) VALUES ('all', 119, now())");
    expect((await signIn("f@example.com", "wrong")).error).toBe(ERRORS.refused);
    expect((await signIn(person.email, PASSWORD)).error).toBe(ERRORS.throttled);
  });
});
