import { afterAll, beforeAll, expect, test } from "vitest";
import { offerSetUp } from "#lib/services/access/offer-set-up.ts";
import { openConsole, problemOf, type TestConsole } from "./open-console.ts";

const URL_PATH = "/api/v1/access/set-up";
let web: TestConsole;

beforeAll(async () => {
  web = await openConsole();
});
afterAll(() => web.close());

const needed = async (): Promise<unknown> => (await web.send("GET", URL_PATH)).json();
const setUp = (setUpToken: string, email = "first@example.com") =>
  web.send("POST", URL_PATH, { json: { setUpToken, email, name: "First", password: "a long password" } });

test("the set-up token makes one administrator, once, whoever asks at the same time", async () => {
  expect(await needed()).toEqual({ needed: true });
  const old = await offerSetUp(web.runtime);
  const token = await offerSetUp(web.runtime);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(JSON.stringify(await web.sql("SELECT * FROM set_up_token"))).not.toContain(token);

  expect(await problemOf(await setUp("guess"))).toMatchObject({ status: 403, code: "setup_token_invalid" });
  expect(await problemOf(await setUp(old!))).toMatchObject({ code: "setup_token_invalid" });

  const answers = await Promise.all([setUp(token!), setUp(token!, "second@example.com")]);
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses[0]).toBe(200);
  expect([403, 409]).toContain(statuses[1]);
  expect(await web.sql("SELECT role FROM app_user")).toEqual([{ role: "admin" }]);
  expect(await needed()).toEqual({ needed: false });
  expect(await offerSetUp(web.runtime)).toBeNull();

  const before = await web.sql("SELECT count(*) FROM audit_entry");
  expect(await problemOf(await setUp(token!))).toMatchObject({ status: 409, code: "setup_done" });
  expect(await web.sql("SELECT count(*) FROM audit_entry"), "strangers write no audit").toEqual(before);
});
