import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openConsole, type TestConsole } from "./open-console.ts";

const SCRIPT = join(import.meta.dirname, "..", "..", "..", "scripts", "seed-admin.ts");
const TOKEN = `slc_${"a".repeat(43)}`;
let web: TestConsole;

beforeAll(async () => {
  web = await openConsole();
});
afterAll(() => web.close());

const seed = (password: string, apiToken = TOKEN) =>
  promisify(execFile)(process.execPath, [SCRIPT], {
    env: {
      ...process.env,
      SLUICE_DEMO_ADMIN_EMAIL: "Admin@Example.com",
      SLUICE_DEMO_ADMIN_PASSWORD: password,
      SLUICE_DEMO_API_TOKEN: apiToken,
    },
  });

test("the demo's administrator is made once, and made anew keeps its token", async () => {
  for (const password of ["the first password", "the second password"]) await seed(password);
  expect(await web.sql("SELECT email, role FROM app_user")).toEqual([
    { email: "admin@example.com", role: "admin" },
  ]);
  expect(await web.sql("SELECT count(*)::int AS tokens FROM api_token")).toEqual([{ tokens: 1 }]);
  const headers = { authorization: `Bearer ${TOKEN}` };
  expect((await web.send("GET", "/api/v1/access/users", { headers })).status).toBe(200);
});

test("a token of another form is refused, and the error does not quote it", async () => {
  const refused = await seed("the first password", "not-a-token-of-ours").catch(
    (error: unknown) => error as Error,
  );
  expect(refused).toBeInstanceOf(Error);
  expect((refused as Error & { stderr: string }).stderr).toContain("begins with slc_");
  expect((refused as Error & { stderr: string }).stderr).not.toContain("not-a-token-of-ours");
});
