import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { getGroup, listGroups } from "#lib/contracts/groups.ts";
import { fillPath } from "#lib/contracts/paths.ts";
import { openConsole, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let viewer: TestPerson;

beforeAll(async () => {
  web = await openConsole();
  viewer = await web.person("viewer");
  for (const id of GROUPS) {
    await web.sql(`INSERT INTO group_state (cluster, group_id, kind, state, protocol_type, member_count, verdict, trouble_rank,
      reason, lag, observed_at) VALUES ('default', '${id}', 'classic', 'empty', '', 0, 'ok', 4, '', 0, now())`);
  }
});
afterAll(() => web.close());

const GROUPS = ["a/b c%d", "..", ".", "", "~tilde", "%2F", "naïve-группа"];
const get = (path: string) => web.send("GET", path, { headers: viewer.cookie });

describe("a group's id in a path", () => {
  test.each(GROUPS)("%j finds its group", async (group) => {
    const response = await get(fillPath(getGroup.path, { cluster: "default", group }));
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ id: group });
  });

  test("an unknown one is 404 group_unknown", async () => {
    expect(await problemOf(await get("/api/v1/clusters/default/groups/nobody"))).toMatchObject({
      status: 404,
      code: "group_unknown",
    });
  });
});

describe("what a list refuses", () => {
  const list = (query: string) => get(`${fillPath(listGroups.path, { cluster: "default" })}?${query}`);

  test.each(["x", "bm90LWpzb24", "W10", encodeURIComponent(btoa('[1,"f",null]'))])(
    "the cursor %j is 422 cursor_invalid",
    async (cursor) => {
      expect(await problemOf(await list(`cursor=${cursor}`))).toMatchObject({
        status: 422,
        code: "cursor_invalid",
      });
    },
  );

  test("a cursor of another filter is 422 cursor_invalid, and of its own goes on", async () => {
    const first = (await (await list("limit=2&sort=id")).json()) as {
      items: { id: string }[];
      nextCursor: string;
    };
    expect(first.items).toHaveLength(2);
    const next = (await (await list(`limit=2&sort=id&cursor=${first.nextCursor}`)).json()) as typeof first;
    expect(next.items.map(({ id }) => id)).not.toContain(first.items[0]!.id);
    expect(await problemOf(await list(`limit=2&sort=lag&cursor=${first.nextCursor}`))).toMatchObject({
      code: "cursor_invalid",
    });
  });

  test.each([
    ["limit=0", "limit"],
    ["limit=501", "limit"],
    ["limit=x", "limit"],
    ["sort=beauty", "sort"],
    ["verdict=fine", "verdict"],
  ])("%s is 422 and names %s", async (query, name) => {
    const refused = await problemOf(await list(query));
    expect(refused).toMatchObject({ status: 422, code: "request_invalid" });
    expect(refused.invalid_params).toMatchObject([{ name, in: "query" }]);
  });

  test("a range of time that is none is 422", async () => {
    const path = "/api/v1/clusters/default/groups/..".replace("..", "~..");
    expect(await problemOf(await get(`${path}/history?from=yesterday`))).toMatchObject({
      status: 422,
      code: "request_invalid",
    });
  });
});

test.each([
  "",
  "/groups",
  "/groups/g",
  "/groups/g/history",
  "/topics",
  "/topics/t",
  "/topics/t/history",
  "/brokers",
  "/history",
])("an unknown cluster is 404 cluster_unknown on %s", async (rest) => {
  expect(await problemOf(await get(`/api/v1/clusters/nowhere${rest}`))).toMatchObject({
    status: 404,
    code: "cluster_unknown",
  });
});

test("the clusters of the configuration are listed before anything was swept", async () => {
  expect(await (await get("/api/v1/clusters")).json()).toMatchObject({
    items: [{ id: "default", reachability: { state: "unknown" }, sampling: { state: "never" } }],
  });
});
