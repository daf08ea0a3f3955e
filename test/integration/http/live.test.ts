import { afterAll, beforeAll, expect, test } from "vitest";
import { NextRequest } from "next/server";
import { makeLiveRoute } from "#lib/http/live-route.ts";
import { processMetrics } from "#lib/http/metrics.ts";
import { until } from "../../support/until.ts";
import { openConsole, ORIGIN, problemOf, type TestConsole, type TestPerson } from "./open-console.ts";

let web: TestConsole;
let person: TestPerson;

beforeAll(async () => {
  web = await openConsole();
  person = await web.person("viewer");
});
afterAll(() => web.close());

const quick = makeLiveRoute({ heartbeatMs: 100, recheckMs: 100 });

/** Opens a stream and collects what it says. */
async function follow(headers: Record<string, string>) {
  const leave = new AbortController();
  const request = new NextRequest(`${ORIGIN}/api/v1/live`, { headers, signal: leave.signal });
  const response = await quick(request, { params: Promise.resolve({}) });
  const said = { text: "", ended: false };
  const reading = (async () => {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) said.text += chunk;
    said.ended = true;
  })();
  return { response, said, leave: () => leave.abort(), reading };
}

const streams = async () => (await processMetrics().liveStreams.get()).values[0]?.value ?? 0;

test("nobody gets no stream", async () => {
  expect(await problemOf(await web.send("GET", "/api/v1/live"))).toMatchObject({
    status: 401,
    code: "session_missing",
  });
});

test("hints of the database reach every stream, between heartbeats, until it is left", async () => {
  const [one, two] = [await follow(person.cookie), await follow(person.cookie)];
  expect(one.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  await until(() => one.said.text.includes('"feature":"groups"'), {
    limitMs: 10_000,
    what: "the gap's hint after LISTEN",
  });
  await web.runtime.db.hints.notify([{ feature: "topics", cluster: "default", id: "orders" }]);
  const hint = 'data: {"feature":"topics","cluster":"default","id":"orders"}\n\n';
  await until(() => one.said.text.includes(hint) && two.said.text.includes(hint), { limitMs: 5_000 });
  await until(() => one.said.text.includes(": still here"), { limitMs: 5_000 });
  expect(await streams()).toBe(2);
  one.leave();
  two.leave();
  await Promise.all([one.reading, two.reading]);
  expect(await streams()).toBe(0);
});

test("a stream ends soon after its session was revoked", async () => {
  const stream = await follow(person.cookie);
  await web.runtime.db.sessions.revoke(person.sessionId, web.runtime.now());
  await until(() => stream.said.ended, { limitMs: 5_000, what: "the stream's end" });
  expect(await streams()).toBe(0);
});

test("a reader that cancels is let go", async () => {
  const other = await web.person("viewer");
  const request = new NextRequest(`${ORIGIN}/api/v1/live`, { headers: other.cookie });
  const response = await quick(request, { params: Promise.resolve({}) });
  expect(await streams()).toBe(1);
  await response.body!.cancel();
  expect(await streams()).toBe(0);
});
