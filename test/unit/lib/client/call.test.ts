import { afterEach, describe, expect, test, vi } from "vitest";

import { ApiError, call, toWire, urlOf } from "#lib/client/call.ts";
import { query } from "#lib/client/query.ts";
import { createToken, revokeToken } from "#lib/contracts/access.ts";
import { listBrokers } from "#lib/contracts/brokers.ts";
import { getGroup, getGroupHistory, listGroups } from "#lib/contracts/groups.ts";
import { listTopics } from "#lib/contracts/topics.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Answers every fetch with `response` and keeps what was asked. */
function answering(response: () => Response | Promise<Response>) {
  const asked: { url: string; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return Promise.resolve().then(response);
  });
  return asked;
}

describe("the URL of a call", () => {
  test("encodes ids that only Kafka allows", () => {
    const wire = toWire(getGroup, { params: { cluster: "dev", group: "a/b c%d" } });
    expect(urlOf(getGroup, wire)).toBe("/api/v1/clusters/dev/groups/a%2Fb%20c%25d");
  });
  test("writes instants as ISO and leaves out what was not given, defaults included", () => {
    const wire = toWire(getGroupHistory, {
      params: { cluster: "dev", group: "payments" },
      query: { from: Date.UTC(2026, 10, 22) },
    });
    expect(wire.query).toEqual({ from: "2026-11-22T00:00:00.000Z" });
  });
  test("writes numbers, switches and undefined fields", () => {
    expect(
      toWire(listGroups, { params: { cluster: "dev" }, query: { limit: 6, q: undefined } }).query,
    ).toEqual({
      limit: "6",
    });
    expect(toWire(listTopics, { params: { cluster: "dev" }, query: { internal: true } }).query).toEqual({
      internal: "true",
    });
  });
});

test("a query's key is feature, path and input in wire form", () => {
  expect(query(listGroups, { params: { cluster: "dev" }, query: { q: "pay" } }).queryKey).toEqual([
    "groups",
    "/api/v1/clusters/{cluster}/groups",
    { params: { cluster: "dev" }, query: { q: "pay" }, body: undefined },
  ]);
});

describe("call", () => {
  const brokers = {
    items: [
      {
        id: 1,
        host: "kafka-1",
        port: 9092,
        rack: null,
        controller: true,
        leaderCount: 4,
        replicaCount: 12,
        underReplicatedCount: 0,
        sizeBytes: null,
        missingSinceAt: null,
        observedAt: "2026-11-22T10:42:07.113Z",
      },
    ],
    nextCursor: null,
    observedAt: "2026-11-22T10:42:07.113Z",
    failures: [],
  };
  test("decodes the answer into domain values", async () => {
    answering(() => Response.json(brokers));
    const answer = await call(listBrokers, { params: { cluster: "dev" } });
    expect(answer.observedAt).toBe(Date.UTC(2026, 10, 22, 10, 42, 7, 113));
  });
  test("sends a body as JSON, and none where there is none", async () => {
    const asked = answering(() => Response.json({}, { status: 500 }));
    await expect(call(revokeToken, { params: { id: "t1" } })).rejects.toThrow(ApiError);
    await expect(
      call(createToken, { body: { name: "ci", role: "viewer", expiresInDays: 30 } }),
    ).rejects.toThrow(ApiError);
    expect(asked[0]).toMatchObject({ url: "/api/v1/access/tokens/t1", init: { method: "DELETE" } });
    expect(asked[0]?.init.body).toBeUndefined();
    expect(asked[1]?.init).toMatchObject({
      method: "POST",
      body: '{"name":"ci","role":"viewer","expiresInDays":30}',
      headers: { "content-type": "application/json" },
    });
  });
  test("throws the problem in the server's words", async () => {
    answering(() =>
      Response.json(
        {
          title: "The database does not answer",
          status: 503,
          code: "database_unreachable",
          detail: "The database does not answer since 10:42.",
          requestId: "r-1",
          details: { since: "2026-11-22T10:42:00.000Z" },
          invalid_params: [{ name: "q", in: "query", reason: "is too long" }],
        },
        { status: 503 },
      ),
    );
    const error = await call(listBrokers, { params: { cluster: "dev" } }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({
      code: "database_unreachable",
      status: 503,
      requestId: "r-1",
      sinceAt: Date.UTC(2026, 10, 22, 10, 42),
      message: "The database does not answer since 10:42.",
      invalidParams: [{ name: "q", reason: "is too long" }],
    });
  });
  test.each([
    ["a proxy's error page", () => new Response("<h1>Bad gateway</h1>", { status: 502 }), 502],
    ["an answer of another form", () => Response.json({ items: "none" }), 200],
    ["no JSON at all", () => new Response("ok"), 200],
  ])("says so when it gets %s", async (_what, response, status) => {
    answering(response);
    await expect(call(listBrokers, { params: { cluster: "dev" } })).rejects.toMatchObject({
      code: "response_unreadable",
      status,
    });
  });
  test("says so when nothing answers", async () => {
    answering(() => Promise.reject(new TypeError("fetch failed")));
    await expect(call(listBrokers, { params: { cluster: "dev" } })).rejects.toMatchObject({
      code: "network_failed",
      status: 0,
    });
  });
  test("an abort is no failure of the console", async () => {
    const stop = new AbortController();
    answering(() => {
      stop.abort();
      return Promise.reject(stop.signal.reason as Error);
    });
    await expect(
      call(listBrokers, { params: { cluster: "dev" } }, { signal: stop.signal }),
    ).rejects.toMatchObject({ name: "AbortError" });
  });
});
