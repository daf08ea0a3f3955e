import { createHash, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Part, PartStatus } from "./part.ts";

/** What the control endpoint steers. */
export type Controlled = {
  token: string;
  parts: readonly Part[];
  /** The weather now; undefined without the shop. */
  readScenario: () => Promise<string | undefined>;
  /** Switches the weather. Throws {@link UnknownNameError} for a name that does not exist. */
  switchScenario: (name: string) => Promise<void>;
};

/** A listening control endpoint. */
export type ControlEndpoint = { url: string; close: () => Promise<void> };

/** The caller named a part, an order or a scenario that does not exist. */
export class UnknownNameError extends Error {
  override readonly name = "UnknownNameError";
}

type Answer = { status: number; body: unknown };

const BODY_LIMIT_BYTES = 4_096;
const ORDERS = ["kill", "stop", "start"] as const;

/**
 * Serves the demo's control endpoint on loopback: `GET /`, `POST /scenario {name}`, `POST /parts/{name}/{kill|stop|start}`.
 * Every request carries the API token as bearer: 401 without; unknown names are 404; an order that fails is 500 with
 * its reason. An order answers when it is carried out.
 */
export async function serveControl(controlled: Controlled): Promise<ControlEndpoint> {
  const server = createServer((request, response) => {
    void respond(controlled, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

async function respond(
  controlled: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body } = await answer(controlled, request);
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(`${JSON.stringify(body)}\n`);
}

async function answer(controlled: Controlled, request: IncomingMessage): Promise<Answer> {
  if (!isBearer(request.headers.authorization, controlled.token)) {
    return { status: 401, body: { error: "the API token is missing or wrong" } };
  }
  try {
    const { pathname } = new URL(request.url ?? "/", "http://control");
    return await route(controlled, request, pathname);
  } catch (error) {
    const status = error instanceof UnknownNameError ? 404 : 500;
    return { status, body: { error: error instanceof Error ? error.message : String(error) } };
  }
}

async function route(controlled: Controlled, request: IncomingMessage, path: string): Promise<Answer> {
  if (request.method === "GET" && path === "/") return { status: 200, body: await overview(controlled) };
  if (request.method === "POST" && path === "/scenario") {
    await controlled.switchScenario(await readName(request));
    return { status: 200, body: { scenario: await controlled.readScenario() } };
  }
  const [, name, order] = /^\/parts\/([a-z-]+)\/([a-z]+)$/.exec(path) ?? [];
  if (request.method === "POST" && name !== undefined && order !== undefined) {
    return { status: 200, body: await give(controlled.parts, name, order) };
  }
  throw new UnknownNameError(`${request.method ?? ""} ${path} is not served here`);
}

async function overview(controlled: Controlled): Promise<{ scenario: string | null; parts: PartStatus[] }> {
  const scenario = await controlled.readScenario();
  return { scenario: scenario ?? null, parts: controlled.parts.map((part) => part.status()) };
}

async function give(parts: readonly Part[], name: string, wanted: string): Promise<PartStatus> {
  const part = parts.find((candidate) => candidate.name === name);
  const order = ORDERS.find((candidate) => candidate === wanted);
  if (part === undefined) {
    throw new UnknownNameError(
      `no part ${name} runs here; there are ${parts.map((each) => each.name).join(", ")}`,
    );
  }
  if (order === undefined) throw new UnknownNameError(`a part takes ${ORDERS.join(", ")}, not ${wanted}`);
  await part[order]();
  return part.status();
}

async function readName(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT_BYTES) throw new UnknownNameError("the body is too large");
    chunks.push(chunk);
  }
  try {
    const { name } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { name?: unknown };
    if (typeof name === "string") return name;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new UnknownNameError('the body is {"name": "<scenario>"}');
}

const isBearer = (header: string | undefined, token: string): boolean => {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(header ?? ""), digest(`Bearer ${token}`));
};
