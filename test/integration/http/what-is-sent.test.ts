import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openConsole, ORIGIN, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

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

describe("where a write comes from", () => {
  test.each([
    ["another site's Origin", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }],
    ["a sister domain", { origin: ORIGIN, "sec-fetch-site": "same-site" }],
    ["an opaque Origin", { origin: "null" }],
    ["the same host under another port", { origin: "http://sluice.test:3001" }],
  ])("%s is 403 origin_foreign with a cookie", async (_, headers) => {
    const sent = { headers: { ...admin.cookie, ...headers }, json: { name: "x" } };
    expect(await problem(web.send("PATCH", `/api/v1/access/users/${viewer.userId}`, sent))).toMatchObject({
      status: 403,
      code: "origin_foreign",
    });
  });

  test("a write with a token needs no Origin", async () => {
    const token = await web.token(admin.userId, "admin");
    const sent = {
      headers: { ...token.header, origin: "https://elsewhere.example", "sec-fetch-site": "cross-site" },
      json: { name: "Renamed" },
    };
    expect((await web.send("PATCH", `/api/v1/access/users/${viewer.userId}`, sent)).status).toBe(200);
  });
});

describe("what is sent", () => {
  const post = (sent: object) =>
    problem(web.send("POST", "/api/v1/access/users", { headers: admin.cookie, ...sent }));

  test("a 10 MB body with a length is 413", async () => {
    const body = new Uint8Array(10 * 1024 * 1024);
    expect(
      await post({ headers: { ...admin.cookie, "content-length": String(body.byteLength) }, body }),
    ).toMatchObject({ status: 413, code: "request_too_large" });
  });

  test("an endless body without a length is 413, and the rest of it is not read", async () => {
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    expect(await post({ body })).toMatchObject({ status: 413, code: "request_too_large" });
    expect(chunks).toBeLessThan(25);
  });

  test("another content type is 415", async () => {
    expect(
      await post({
        body: "a=b",
        headers: { ...admin.cookie, "content-type": "application/x-www-form-urlencoded" },
      }),
    ).toMatchObject({ status: 415, code: "media_type_unsupported" });
  });

  test("a body that is no JSON is 422 and not quoted", async () => {
    const refused = await post({
      body: '{"password": "hunter22-hunter22',
      headers: { ...admin.cookie, "content-type": "application/json" },
    });
    expect(refused).toMatchObject({ status: 422, code: "request_invalid" });
    expect(JSON.stringify(refused)).not.toContain("hunter22");
  });

  test("each invalid parameter is named with its place", async () => {
    const refused = await post({ json: { email: "no", name: " ", role: "king", password: "short" } });
    expect(refused).toMatchObject({ status: 422, code: "request_invalid" });
    expect(refused.invalid_params!.map(({ name, in: place }) => `${place} ${name}`).sort()).toEqual([
      "body email",
      "body name",
      "body password",
      "body role",
    ]);
  });
});

describe("paths", () => {
  test("an unknown API path is 404 problem+json", async () => {
    for (const path of ["/api/v1/nothing", "/api", "/api/v1/access/users/x/y"]) {
      expect(await problem(web.send("GET", path))).toMatchObject({ status: 404, code: "path_unknown" });
    }
  });

  test("a method that the path lacks is 405 with Allow", async () => {
    const response = await web.send("DELETE", "/api/v1/access/tokens");
    expect(response.headers.get("allow")).toBe("GET, POST, HEAD");
    expect(await problemOf(response)).toMatchObject({ status: 405, code: "method_not_allowed" });
  });
});
