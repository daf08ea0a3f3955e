import { connect, createServer, type Server, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startTcpProxy, type TcpProxy } from "#test/support/tcp-proxy.ts";
import { until } from "#test/support/until.ts";

let echo: Server;
let proxy: TcpProxy;
let client: Socket;
let heard: string;

beforeEach(async () => {
  echo = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => socket.write(`<${chunk.toString()}>`));
  });
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  proxy = await startTcpProxy();
  proxy.aim((echo.address() as { port: number }).port);
  client = await join();
});
afterEach(async () => {
  client.destroy();
  await proxy.close();
  echo.close();
});

async function join(): Promise<Socket> {
  const socket = connect(proxy.port, "127.0.0.1");
  heard = "";
  socket.on("data", (chunk) => (heard += chunk.toString()));
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

const hears = (what: string) => until(() => heard === what, { limitMs: 2_000, everyMs: 5, what });

it("passes bytes both ways", async () => {
  client.write("a");
  await hears("<a>");
});

it("holds what goes to the server and hands it on later", async () => {
  proxy.set("toServer", { kind: "hold" });
  client.write("a");
  await delay(60);
  expect(heard).toBe("");
  proxy.set("toServer", { kind: "pass" });
  await hears("<a>");
});

it("holds the answer while the request arrives", async () => {
  proxy.set("toClient", { kind: "hold" });
  let asked = "";
  echo.on("connection", (socket: Socket) => socket.on("data", (chunk) => (asked += chunk.toString())));
  const second = await join();
  second.write("a");
  await until(() => asked === "a", { limitMs: 2_000, what: "the request" });
  expect(heard).toBe("");
  proxy.set("toClient", { kind: "pass" });
  await hears("<a>");
  second.destroy();
});

it("delays one direction", async () => {
  proxy.set("toClient", { kind: "delay", ms: 120 });
  const startedAt = performance.now();
  client.write("a");
  await hears("<a>");
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(115);
});

it("resets the connections that stand, and refuses new ones until it is told otherwise", async () => {
  const standing = client;
  proxy.cut({ refuse: true });
  await until(() => standing.destroyed, { limitMs: 2_000, what: "the end of the connection" });
  const refused = connect(proxy.port, "127.0.0.1");
  refused.on("error", () => undefined);
  await until(() => refused.destroyed, { limitMs: 2_000, what: "a reset" });
  proxy.cut({ refuse: false });
  client = await join();
  client.write("b");
  await hears("<b>");
});
