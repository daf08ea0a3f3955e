import type { NextApiRequest, NextApiResponse } from "next";
import NextAuth from "next-auth";
import type { NextRequest } from "next/server";
import { authOptions } from "#lib/http/auth-options.ts";
import { readBody } from "#lib/http/body.ts";
import { handle, type Exchange } from "#lib/http/handle.ts";

/**
 * authRoute serves next-auth's own paths under the house's rules: a body of at most 1 MiB, a request id,
 * problem+json where something fails. Its forms carry next-auth's own token against foreign sites. next-auth is
 * called in its form of request and response objects, which takes all it needs by argument; its other form reads
 * cookies out of Next's request scope, where no test can send it a request.
 */
export const authRoute = handle("/api/auth/*", async (exchange) => {
  const answer = new AnswerParts();
  // next-auth touches no more of a request and a response than stands here.
  const request = (await partsOf(exchange)) as unknown as NextApiRequest;
  await NextAuth(request, answer as unknown as NextApiResponse, authOptions());
  return answer.toResponse();
});

async function partsOf({ request, params }: Exchange): Promise<Record<string, unknown>> {
  return {
    method: request.method,
    headers: Object.fromEntries(request.headers),
    cookies: Object.fromEntries(request.cookies.getAll().map(({ name, value }) => [name, value])),
    query: { ...Object.fromEntries(request.nextUrl.searchParams), nextauth: params["nextauth"] },
    body: request.method === "POST" ? await readForm(request) : undefined,
  };
}

/** readForm reads a form as next-auth's client sends it. Another type of body has no fields. */
async function readForm(request: NextRequest): Promise<Record<string, string>> {
  const bytes = await readBody(request);
  const isForm = request.headers.get("content-type")?.includes("application/x-www-form-urlencoded") ?? false;
  return isForm ? Object.fromEntries(new URLSearchParams(new TextDecoder().decode(bytes))) : {};
}

/** What next-auth sets of an answer. */
class AnswerParts {
  #status = 200;
  #body: string | null = null;
  readonly #headers = new Map<string, string | string[]>();

  status(status: number): this {
    this.#status = status;
    return this;
  }

  getHeader(name: string): string | string[] | undefined {
    return this.#headers.get(name.toLowerCase());
  }

  setHeader(name: string, value: string | string[]): this {
    this.#headers.set(name.toLowerCase(), value);
    return this;
  }

  json(body: unknown): void {
    this.setHeader("content-type", "application/json");
    this.#body = JSON.stringify(body);
  }

  send(body: unknown): void {
    if (typeof body === "object" && body !== null) this.json(body);
    else if (typeof body === "string") this.#body = body;
  }

  end(): void {
    this.#body ??= null;
  }

  toResponse(): Response {
    const headers = new Headers();
    for (const [name, value] of this.#headers) {
      for (const each of [value].flat()) headers.append(name, each);
    }
    return new Response(this.#body, { status: this.#status, headers });
  }
}
