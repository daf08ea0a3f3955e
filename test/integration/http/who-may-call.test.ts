import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openConsole, problemOf, sessionCookie, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let viewer: TestPerson;
let admin: TestPerson;

beforeAll(async () => {
  web = await openConsole();
  viewer = await web.person("viewer");
  admin = await web.person("admin");
});
afterAll(() => web.close());

const problem = async (response: Promise<Response>) => problemOf(await response);

describe("who may call", () => {
  test("nobody is 401 session_missing", async () => {
    expect(await problem(web.send("GET", "/api/v1/access/me"))).toMatchObject({
      status: 401,
      code: "session_missing",
    });
  });

  test("a cookie that nobody here encrypted is 401 session_missing", async () => {
    const headers = { cookie: "next-auth.session-token=forged" };
    expect(await problem(web.send("GET", "/api/v1/access/me", { headers }))).toMatchObject({
      code: "session_missing",
    });
  });

  test.each(["not-a-uuid", "00000000-0000-4000-8000-000000000000"])(
    "an unknown session %s is 401 session_expired",
    async (sid) => {
      const headers = { cookie: await sessionCookie({ sid }) };
      expect(await problem(web.send("GET", "/api/v1/access/me", { headers }))).toMatchObject({
        code: "session_expired",
      });
    },
  );

  test("a session answers with its user and permissions, and the answer is not stored", async () => {
    const response = await web.send("GET", "/api/v1/access/me", { headers: viewer.cookie });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.json()).toMatchObject({ email: viewer.email, role: "viewer" });
  });

  test("a request id that the caller sends is not taken", async () => {
    const headers = { ...viewer.cookie, "x-request-id": "mine" };
    const response = await web.send("GET", "/api/v1/access/me", { headers });
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("a viewer who asks for users is 403, and one who makes a user is on record as refused", async () => {
    expect(await problem(web.send("GET", "/api/v1/access/users", { headers: viewer.cookie }))).toMatchObject({
      status: 403,
      code: "permission_missing",
    });
    const json = { email: "new@example.com", name: "New", role: "admin", password: "a long password" };
    await problem(web.send("POST", "/api/v1/access/users", { headers: viewer.cookie, json }));
    expect(await web.lastAudit("user.create")).toMatchObject({
      actor_id: viewer.userId,
      state: "refused",
      error_code: "permission_missing",
    });
  });

  test("a revoked session is out at once", async () => {
    const person = await web.person("viewer");
    const response = await web.send("POST", "/api/v1/access/sign-out", { headers: person.cookie, json: {} });
    expect(response.status).toBe(200);
    expect(await problem(web.send("GET", "/api/v1/access/me", { headers: person.cookie }))).toMatchObject({
      code: "session_expired",
    });
  });

  test.each([
    ["idle for 12 h", "last_seen_at = now() - interval '12 hours'"],
    ["past its 7 days", "expires_at = now()"],
  ])("a session %s is out", async (_, change) => {
    const person = await web.person("viewer");
    await web.sql(`UPDATE session SET ${change} WHERE id = '${person.sessionId}'`);
    expect(await problem(web.send("GET", "/api/v1/access/me", { headers: person.cookie }))).toMatchObject({
      code: "session_expired",
    });
  });

  test("a disabled user is out at once, by session and by token", async () => {
    const person = await web.person("operator");
    const token = await web.token(person.userId, "operator");
    expect((await web.send("GET", "/api/v1/access/me", { headers: token.header })).status).toBe(200);
    const url = `/api/v1/access/users/${person.userId}`;
    expect((await web.send("PATCH", url, { headers: admin.cookie, json: { disabled: true } })).status).toBe(
      200,
    );
    expect(await problem(web.send("GET", "/api/v1/access/me", { headers: person.cookie }))).toMatchObject({
      code: "session_expired",
    });
    expect(await problem(web.send("GET", "/api/v1/access/me", { headers: token.header }))).toMatchObject({
      code: "token_invalid",
    });
  });

  test.each([{ role: "viewer" }, { password: "another long password" }])(
    "a change of %o ends the user's sessions",
    async (json) => {
      const person = await web.person("operator");
      const url = `/api/v1/access/users/${person.userId}`;
      expect((await web.send("PATCH", url, { headers: admin.cookie, json })).status).toBe(200);
      expect(await problem(web.send("GET", "/api/v1/access/me", { headers: person.cookie }))).toMatchObject({
        code: "session_expired",
      });
    },
  );

  test("a token does not outgrow an owner who was demoted", async () => {
    const person = await web.person("admin");
    const token = await web.token(person.userId, "admin");
    expect((await web.send("GET", "/api/v1/access/users", { headers: token.header })).status).toBe(200);
    await web.send("PATCH", `/api/v1/access/users/${person.userId}`, {
      headers: admin.cookie,
      json: { role: "viewer" },
    });
    expect(await problem(web.send("GET", "/api/v1/access/users", { headers: token.header }))).toMatchObject({
      code: "permission_missing",
    });
  });

  test.each(["Bearer slc_unknown", "Bearer eyJhbGciOi", "Basic YTpi", "slc_x"])(
    "the Authorization %s is 401, a good cookie beside it or not",
    async (authorization) => {
      const headers = { ...viewer.cookie, authorization };
      expect(await problem(web.send("GET", "/api/v1/access/me", { headers }))).toMatchObject({
        status: 401,
        code: "token_invalid",
      });
    },
  );

  test("an expired and a revoked token are 401", async () => {
    const expired = await web.token(viewer.userId, "viewer");
    await web.sql(`UPDATE api_token SET expires_at = now() WHERE id = '${expired.id}'`);
    expect(await problem(web.send("GET", "/api/v1/access/me", { headers: expired.header }))).toMatchObject({
      code: "token_invalid",
    });
    const revoked = await web.token(viewer.userId, "viewer");
    expect(
      (await web.send("DELETE", `/api/v1/access/tokens/${revoked.id}`, { headers: viewer.cookie })).status,
    ).toBe(200);
    expect(await problem(web.send("GET", "/api/v1/access/me", { headers: revoked.header }))).toMatchObject({
      code: "token_invalid",
    });
  });
});
