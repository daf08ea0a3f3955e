import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

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

describe("users", () => {
  const body = { email: "Twice@Example.com", name: "Twice", role: "viewer", password: "a long password" };

  test("an email in another case is the same user: 409 user_exists", async () => {
    const made = await web.send("POST", "/api/v1/access/users", { headers: admin.cookie, json: body });
    expect(made.status).toBe(200);
    const user = (await made.json()) as { id: string; email: string };
    expect(user.email).toBe("twice@example.com");
    expect(await web.lastAudit("user.create")).toMatchObject({ state: "done", target: { id: user.id } });
    const again = { headers: admin.cookie, json: { ...body, email: "TWICE@example.com" } };
    expect(await problem(web.send("POST", "/api/v1/access/users", again))).toMatchObject({
      status: 409,
      code: "user_exists",
    });
    expect(await web.lastAudit("user.create")).toMatchObject({ state: "refused", error_code: "user_exists" });
  });

  test.each(["nobody", "00000000-0000-4000-8000-000000000000"])("an unknown user %s is 404", async (id) => {
    const sent = { headers: admin.cookie, json: { name: "x" } };
    expect(await problem(web.send("PATCH", `/api/v1/access/users/${id}`, sent))).toMatchObject({
      status: 404,
      code: "user_unknown",
    });
  });

  test("of two administrators who demote each other at once one stays", async () => {
    await web.sql("UPDATE app_user SET role = 'viewer' WHERE role = 'admin'");
    const [a, b] = [await web.person("admin"), await web.person("admin")];
    const demote = (by: TestPerson, whom: TestPerson) =>
      web.send("PATCH", `/api/v1/access/users/${whom.userId}`, {
        headers: by.cookie,
        json: { role: "viewer" },
      });
    const statuses = (await Promise.all([demote(a, b), demote(b, a)])).map(({ status }) => status).sort();
    // The loser meets the last administrator, or comes after its own session was ended.
    expect(statuses[0]).toBe(200);
    expect([401, 403, 409]).toContain(statuses[1]);
    expect(
      await web.sql(
        "SELECT count(*)::int AS admins FROM app_user WHERE role = 'admin' AND disabled_at IS NULL",
      ),
    ).toEqual([{ admins: 1 }]);
    await web.sql(`UPDATE app_user SET role = 'admin' WHERE id = '${admin.userId}'`);
  });

  test.each([{ role: "viewer" }, { disabled: true }])(
    "the last administrator stays: %o is 409",
    async (json) => {
      await web.sql(`UPDATE app_user SET role = 'viewer' WHERE role = 'admin' AND id <> '${admin.userId}'`);
      const sent = { headers: admin.cookie, json };
      expect(await problem(web.send("PATCH", `/api/v1/access/users/${admin.userId}`, sent))).toMatchObject({
        status: 409,
        code: "user_last_admin",
      });
    },
  );
});

describe("tokens", () => {
  const make = (headers: Record<string, string>, json: object) =>
    web.send("POST", "/api/v1/access/tokens", {
      headers,
      json: { name: "ci", role: "viewer", expiresInDays: 30, ...json },
    });

  test("the secret is in one answer and nowhere in the database", async () => {
    const made = (await (await make(viewer.cookie, {})).json()) as {
      secret: string;
      token: { id: string; prefix: string };
    };
    expect(made.secret).toMatch(/^slc_[\w-]{43}$/);
    expect(made.secret.startsWith(made.token.prefix)).toBe(true);
    const me = await web.send("GET", "/api/v1/access/me", {
      headers: { authorization: `Bearer ${made.secret}` },
    });
    expect(me.status).toBe(200);
    const list = await (await web.send("GET", "/api/v1/access/tokens", { headers: viewer.cookie })).text();
    expect(list).toContain(made.token.id);
    expect(list).not.toContain(made.secret);
    const rows = JSON.stringify([
      await web.sql("SELECT * FROM api_token"),
      await web.sql("SELECT * FROM audit_entry"),
    ]);
    expect(rows).not.toContain(made.secret);
    expect(await web.lastAudit("token.create")).toMatchObject({
      state: "done",
      target: { id: made.token.id },
    });
  });

  test("a role above one's own is 403", async () => {
    expect(await problem(make(viewer.cookie, { role: "operator" }))).toMatchObject({
      status: 403,
      code: "permission_missing",
    });
  });

  test("a token made with a token does not outlive it", async () => {
    const parent = await web.token(viewer.userId, "viewer");
    const made = (await (await make(parent.header, { expiresInDays: 366 })).json()) as {
      token: { expiresAt: string };
    };
    const [row] = await web.sql(`SELECT expires_at FROM api_token WHERE id = '${parent.id}'`);
    expect(Date.parse(made.token.expiresAt)).toBe((row!["expires_at"] as Date).getTime());
  });

  test("another's token is 404, as an unknown one", async () => {
    const theirs = await web.token(admin.userId, "viewer");
    for (const id of [theirs.id, "x", "00000000-0000-4000-8000-000000000000"]) {
      expect(
        await problem(web.send("DELETE", `/api/v1/access/tokens/${id}`, { headers: viewer.cookie })),
      ).toMatchObject({ status: 404, code: "token_unknown" });
    }
  });
});
