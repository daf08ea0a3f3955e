import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { serveControl, UnknownNameError, type ControlEndpoint } from "#scripts/demo/control-endpoint.ts";
import { createPart, type Part } from "#scripts/demo/part.ts";
import { fakeControl } from "./fake-control.ts";

const TOKEN = "slc_test";

describe("serveControl", () => {
  let endpoint: ControlEndpoint;
  let worker: Part;
  let scenario: string;

  beforeEach(async () => {
    scenario = "calm";
    worker = createPart("worker", fakeControl().control);
    await worker.start();
    const broken = createPart("kafka", {
      ...fakeControl().control,
      start: () => Promise.reject(new Error("no such disk")),
    });
    endpoint = await serveControl({
      token: TOKEN,
      parts: [worker, broken],
      readScenario: () => Promise.resolve(scenario),
      switchScenario: (name) => {
        if (name !== "poison") return Promise.reject(new UnknownNameError(`there is no scenario ${name}`));
        scenario = name;
        return Promise.resolve();
      },
    });
  });
  afterEach(() => endpoint.close());

  const call = async (method: string, path: string, init: { body?: string; token?: string } = {}) => {
    const headers = { authorization: `Bearer ${init.token ?? TOKEN}` };
    const response = await fetch(endpoint.url + path, { method, headers, body: init.body ?? null });
    return { status: response.status, body: (await response.json()) as unknown };
  };

  it("shows the weather and every part", async () => {
    expect(await call("GET", "/")).toMatchObject({
      status: 200,
      body: { scenario: "calm", parts: [{ name: "worker", state: "running", pid: 42 }, { name: "kafka" }] },
    });
  });

  it("carries out an order before it answers", async () => {
    expect(await call("POST", "/parts/worker/kill")).toMatchObject({
      status: 200,
      body: { state: "killed" },
    });
    expect(worker.status().state).toBe("killed");
    expect(await call("POST", "/parts/worker/start")).toMatchObject({
      status: 200,
      body: { state: "running" },
    });
    expect(await call("POST", "/parts/worker/stop")).toMatchObject({
      status: 200,
      body: { state: "stopped" },
    });
  });

  it("switches the weather", async () => {
    const body = JSON.stringify({ name: "poison" });
    expect(await call("POST", "/scenario", { body })).toEqual({ status: 200, body: { scenario: "poison" } });
  });

  it.each([
    ["POST /parts/mainframe/kill", undefined, /no part mainframe runs here; there are worker, kafka/],
    ["POST /parts/worker/dance", undefined, /takes kill, stop, start, not dance/],
    ["GET /parts/worker/kill", undefined, /is not served here/],
    ["POST /scenario", '{"name":"sunny"}', /there is no scenario sunny/],
    ["POST /scenario", "{", /the body is/],
    ["POST /scenario", JSON.stringify({ name: "x".repeat(5000) }), /too large/],
  ])("answers 404 with a sentence to %s %s", async (request, body, sentence) => {
    const [method = "", path = ""] = request.split(" ");
    const { status, body: answer } = await call(method, path, body === undefined ? {} : { body });
    expect(status).toBe(404);
    expect((answer as { error: string }).error).toMatch(sentence);
  });

  it("answers 500 with the reason to an order that fails", async () => {
    expect(await call("POST", "/parts/kafka/start")).toEqual({
      status: 500,
      body: { error: "no such disk" },
    });
  });

  it("refuses a wrong token before anything else", async () => {
    const { status } = await call("POST", "/parts/worker/kill", { token: "slc_other" });
    expect(status).toBe(401);
    expect(worker.status().state).toBe("running");
  });
});
