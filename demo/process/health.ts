import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** The answer to GET /health. */
export interface Health {
  readonly state: "starting" | "ready" | "stopping";
  readonly [detail: string]: unknown;
}

/** A listening health endpoint. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

function toJson(health: Health): string {
  return JSON.stringify(health, (_name, value: unknown) =>
    typeof value === "bigint" ? String(value) : value,
  );
}

/** Serves GET /health on loopback: 200 while `health` says ready, else 503. Port 0 takes a free one. */
export async function serveHealth(port: number, health: () => Health): Promise<HealthServer> {
  const server = createServer((request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url !== "/health") {
      response.writeHead(404).end('{"error":"only /health is served"}');
      return;
    }
    const answer = health();
    response.writeHead(answer.state === "ready" ? 200 : 503).end(toJson(answer));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error) reject(error);
          else resolve();
        });
        server.closeAllConnections();
      }),
  };
}
