import { NextRequest } from "next/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { searchEvent, searchRecords as contract } from "#lib/contracts/records.ts";
import { withStream } from "#lib/http/with-stream.ts";
import { AppError } from "#lib/services/app-error.ts";
import { searchRecords } from "#lib/services/records/search-records.ts";
import { openConsole, ORIGIN, type TestConsole } from "#test/integration/http/open-console.ts";
import { createTopics, topicPrefix } from "#test/support/kafka.ts";

let web: TestConsole;
const TOPIC = `${topicPrefix()}.order.created`;

beforeAll(async () => {
  web = await openConsole();
  await createTopics([{ topic: TOPIC, numPartitions: 1, replicationFactor: 1 }]);
}, 60_000);
afterAll(() => web.close());

const body = contract.body.parse({ topics: [TOPIC], start: { kind: "live" }, limits: { seconds: 60 } });

test("an error that is thrown into a search is its last line, with what was looked at", async () => {
  const stop = new AbortController();
  const ctx = web.runtime.ctxFor({ actor: { kind: "worker" }, requestId: "r-1", signal: stop.signal });
  const lines = searchRecords(ctx, { params: { cluster: "default" }, query: {}, body });
  let { value } = await lines.next();
  while (value?.type !== "progress" || value.state !== "running") ({ value } = await lines.next());
  const last = await lines.throw(new AppError("session_expired", "The session has ended."));
  expect(last.value).toMatchObject({ type: "end", reason: "failed", sentence: "The session has ended." });
  expect(await lines.next()).toEqual({ done: true, value: undefined });
  stop.abort();
});

test("a stream ends, and says why, when its caller's session is revoked", async () => {
  const operator = await web.person("operator");
  const route = withStream(contract, searchRecords, { recheckMs: 200 });
  const request = new NextRequest(`${ORIGIN}/api/v1/clusters/default/records/search`, {
    method: "POST",
    headers: {
      ...operator.cookie,
      ...{ origin: ORIGIN, "sec-fetch-site": "same-origin", "content-type": "application/json" },
    },
    body: JSON.stringify({ topics: [TOPIC], start: { kind: "live" }, limits: { seconds: 60 } }),
  });
  const response = await route(request, { params: Promise.resolve({ cluster: "default" }) });
  expect(response.status).toBe(200);
  await web.runtime.db.sessions.revoke(operator.sessionId, web.runtime.now());
  const lines = (await response.text()).trimEnd().split("\n");
  expect(searchEvent.parse(JSON.parse(lines.at(-1)!))).toMatchObject({
    ...{ type: "end", reason: "failed", sentence: expect.stringMatching(/session/i) as string },
  });
}, 15_000);

test("a cluster that is not configured is refused before anything is asked", async () => {
  const ctx = web.runtime.ctxFor({
    ...{ actor: { kind: "worker" }, requestId: "r-2", signal: new AbortController().signal },
  });
  const lines = searchRecords(ctx, { params: { cluster: "none" }, query: {}, body });
  await expect(lines.next()).rejects.toMatchObject({ code: "cluster_unknown" });
});
