import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startPostgres, type PostgresHandle } from "#stack/postgres.ts";
import { applyMigrations } from "#scripts/migrate.ts";
import { until } from "../../support/until.ts";
import { openConsole, PASSWORD, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let dir: string;
let server: PostgresHandle;
let web: TestConsole;
let admin: TestPerson;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "sluice-away-"));
  server = await startPostgres({ dir, settings: { fsync: "off" } });
  await applyMigrations(server.url);
  // A server of this file's own, which it may kill.
  web = await openConsole({ url: server.url, name: "postgres", drop: () => Promise.resolve() });
  admin = await web.person("admin");
});
afterAll(async () => {
  await web.close();
  if (server.isRunning()) await server.stop();
  await rm(dir, { recursive: true, force: true });
});

const PATHS = [
  "/api/v1/access/me",
  "/api/v1/access/users",
  "/api/v1/clusters",
  "/api/v1/clusters/default/groups",
  "/api/v1/live",
  "/api/metrics",
];

test("while the database is killed every call is 503 with one since, health stays 200, and all heals with it", async () => {
  const get = (path: string) => web.send("GET", path, { headers: admin.cookie });
  expect((await get("/api/v1/access/me")).status).toBe(200);
  const before = Date.now();
  await server.kill();

  const since = new Set<unknown>();
  for (const path of PATHS) {
    const refused = await problemOf(await get(path));
    expect(refused, path).toMatchObject({ status: 503, code: "database_unreachable" });
    since.add(refused.details!["since"]);
  }
  const write = {
    headers: admin.cookie,
    json: { email: "x@example.com", name: "X", role: "viewer", password: PASSWORD },
  };
  expect(await problemOf(await web.send("POST", "/api/v1/access/users", write))).toMatchObject({
    code: "database_unreachable",
  });
  expect(since.size).toBe(1);
  const [sinceAt] = [...since].map((text) => Date.parse(String(text)));
  expect(sinceAt).toBeGreaterThanOrEqual(before);
  expect(sinceAt).toBeLessThanOrEqual(Date.now());

  expect((await get("/api/health")).status).toBe(200);
  expect(await (await get("/api/health/ready")).json()).toMatchObject({
    status: "not_ready",
    database: "unreachable",
  });

  const csrf = await web.send("GET", "/api/auth/csrf");
  const { csrfToken } = (await csrf.json()) as { csrfToken: string };
  const answer = await web.send("POST", "/api/auth/callback/credentials", {
    headers: {
      cookie: csrf.headers
        .getSetCookie()
        .map((each) => each.split(";")[0])
        .join("; "),
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ csrfToken, email: admin.email, password: PASSWORD, json: "true" }).toString(),
  });
  const { url } = (await answer.json()) as { url: string };
  expect(new URL(url).searchParams.get("error")).toBe("database_unreachable");

  await server.start();
  await until(async () => (await get("/api/v1/access/me")).status === 200, {
    limitMs: 30_000,
    what: "an answer after the restart",
  });
});
