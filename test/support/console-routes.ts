import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import { NextRequest } from "next/server";
import type { RouteHandler } from "#lib/http/handle.ts";

const API = join(import.meta.dirname, "..", "..", "app", "api");

/** One route.ts below app/api: its template as in a contract (`/api/v1/access/tokens/{id}`) and its file. */
export type RouteFile = { template: string; file: string; segments: string[] };

/** Every route.ts below app/api. */
export async function routeFiles(): Promise<RouteFile[]> {
  const files = await readdir(API, { recursive: true });
  return files
    .filter((file) => file.endsWith("route.ts"))
    .map((file) => {
      const folder = relative(API, join(API, file, ".."));
      const segments = ["api", ...(folder === "" ? [] : folder.split("/"))];
      return {
        template: `/${segments.join("/").replace(/\[(\w+)\]/g, "{$1}")}`,
        file: join(API, file),
        segments,
      };
    });
}

type Params = Record<string, string | string[]>;

/** Next's matching: static before dynamic before catch-all, each segment percent-decoded. */
function match(
  segments: readonly string[],
  path: readonly string[],
): { params: Params; rank: string } | null {
  const params: Params = {};
  let rank = "";
  for (const [i, segment] of segments.entries()) {
    const rest = /^\[?\[\.\.\.(\w+)\]\]?$/.exec(segment)?.[1];
    if (rest !== undefined) {
      if (path.length <= i && !segment.startsWith("[[")) return null;
      return { params: { ...params, [rest]: path.slice(i).map(decodeURIComponent) }, rank: `${rank}2` };
    }
    const given = path[i];
    if (given === undefined) return null;
    const name = /^\[(\w+)\]$/.exec(segment)?.[1];
    if (name === undefined && segment !== given) return null;
    if (name !== undefined) params[name] = decodeURIComponent(given);
    rank += name === undefined ? "0" : "1";
  }
  return path.length === segments.length ? { params, rank } : null;
}

/** What a test sends. `json` sets body and content type. */
export type Sent = {
  headers?: Record<string, string>;
  json?: unknown;
  body?: BodyInit | ReadableStream<Uint8Array>;
};

/** send hands a real NextRequest to the handler that Next would choose for its URL. */
export async function send(method: string, url: string, sent: Sent = {}): Promise<Response> {
  const headers = new Headers({ host: new URL(url).host, ...sent.headers });
  if (sent.json !== undefined) headers.set("content-type", "application/json");
  const body = sent.json === undefined ? sent.body : JSON.stringify(sent.json);
  const request = new NextRequest(url, {
    method,
    headers,
    ...(body === undefined ? {} : { body }),
    ...(body instanceof ReadableStream ? { duplex: "half" as const } : {}),
  });
  const path = request.nextUrl.pathname.slice(1).split("/");
  const found = (await routeFiles())
    .map((route) => ({ route, matched: match(route.segments, path) }))
    .filter((each) => each.matched !== null)
    .sort((a, b) => (a.matched!.rank < b.matched!.rank ? -1 : 1))[0];
  if (!found) throw new Error(`No route file serves ${method} ${request.nextUrl.pathname}.`);
  const module = (await import(/* @vite-ignore */ found.route.file)) as Record<
    string,
    RouteHandler | undefined
  >;
  const handler = module[method];
  if (!handler) throw new Error(`${found.route.file} has no ${method}.`);
  // As a production build does: no parameters is undefined, not an empty object.
  const { params } = found.matched!;
  return handler(request, { params: Promise.resolve(Object.keys(params).length === 0 ? undefined : params) });
}
