import { once } from "node:events";
import { createServer, type Server } from "node:http";
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { KafkaError } from "#lib/adapters/kafka/errors.ts";
import type { KafkaCluster, KafkaClusterOptions } from "#lib/adapters/kafka/kafka-cluster.ts";
import { saslSslBroker, testStack } from "#test/support/stack.ts";
import { until } from "#test/support/until.ts";
import { ALL, closeAfterEach, connect, sweep } from "./open-test-cluster.ts";

closeAfterEach();

describe("TLS and SASL", () => {
  const secured = (change: Partial<KafkaClusterOptions>): KafkaCluster => {
    const { brokers, caPem } = saslSslBroker();
    return connect({ bootstrap: [brokers], tls: { ca: caPem, rejectUnauthorized: true }, ...change });
  };

  test.each(["plain", "scram-sha-256", "scram-sha-512"] as const)(
    "signs in by %s over TLS",
    async (mechanism) => {
      const { username, password } = saslSslBroker();
      const seen = await sweep(secured({ sasl: { mechanism, username, password } }));
      expect(seen.brokers).toHaveLength(1);
    },
  );
  test("a wrong password is authentication_failed and stands in no message", async () => {
    const { username } = saslSslBroker();
    const sasl = { mechanism: "scram-sha-256", username, password: "wrong-hunter2" } as const;
    const error = await sweep(secured({ sasl })).catch((thrown: unknown) => thrown as KafkaError);
    expect(error).toMatchObject({ kind: "authentication_failed", retryable: false });
    expect((error as KafkaError).message).not.toContain("hunter2");
  });
  test("a certificate of nobody we trust is authentication_failed", async () => {
    const { username, password } = saslSslBroker();
    const cluster = secured({
      tls: { rejectUnauthorized: true },
      sasl: { mechanism: "plain", username, password },
    });
    await expect(sweep(cluster)).rejects.toMatchObject({ kind: "authentication_failed" });
  });
  test("a plain connection to a TLS listener fails clearly", async () => {
    const cluster = connect({ bootstrap: [saslSslBroker().brokers], requestTimeoutMs: 2_000 });
    await expect(sweep(cluster)).rejects.toBeInstanceOf(Error);
  });
});

describe("an address that is no broker", () => {
  const servers: (Server | TcpServer)[] = [];
  const sockets = new Set<Socket>();
  const listen = async (server: Server | TcpServer): Promise<string> => {
    servers.push(server);
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      socket.on("error", () => undefined);
      // A socket that is not read does not notice its end.
      socket.resume();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });
  const limits = { connectTimeoutMs: 1_500, requestTimeoutMs: 1_500 };

  const failing: [string, () => Promise<string>, RegExp][] = [
    ["an HTTP server", () => listen(createServer((_, answer) => answer.end("hello"))), /garbage|unreachable/],
    [
      "a server that greets with a line of text",
      () => listen(createTcpServer((socket) => socket.write("220 mail.example.org ready\r\n"))),
      /garbage/,
    ],
    ["a server that answers nothing", () => listen(createTcpServer(() => undefined)), /timeout/],
    ["a server that hangs up", () => listen(createTcpServer((socket) => socket.destroy())), /unreachable/],
    ["a closed port", () => Promise.resolve("127.0.0.1:1"), /unreachable/],
    ["a name that nobody knows", () => Promise.resolve("nowhere.invalid:9092"), /unreachable/],
  ];
  test.each(failing)("%s fails in time with a sentence, and leaves no connection", async (_, serve, kind) => {
    const address = await serve();
    const startedAt = performance.now();
    const error = await sweep(connect({ bootstrap: [address], ...limits })).catch(
      (thrown: unknown) => thrown,
    );
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    expect((error as KafkaError).kind).toMatch(kind);
    expect((error as KafkaError).message).toMatch(new RegExp(`^${address}: .*\\.$`));
    await until(() => sockets.size === 0, { limitMs: 3_000, what: "the connection is closed" });
  });

  test("is passed over when another configured broker answers", async () => {
    const bootstrap = ["127.0.0.1:1", ...testStack().kafkaBrokers.split(",")];
    expect((await sweep(connect({ bootstrap, ...limits }))).failures).toEqual([]);
  });

  test("an abort ends the wait at once with the signal's reason", async () => {
    const address = await listen(createTcpServer(() => undefined));
    const asked = connect({ bootstrap: [address], ...limits }).sweep(ALL, AbortSignal.timeout(100));
    await expect(asked).rejects.toMatchObject({ name: "TimeoutError" });
  });
});
