import type { Endpoint, OutputOf } from "#lib/contracts/endpoint.ts";

import { ApiError, answerOf, problemOf, toWire, urlOf, type Asked } from "./call.ts";

/** A line longer than this is not one of ours: the reading would fill the memory. */
const MOST_LINE_CHARACTERS = 64 * 1024 * 1024;

/**
 * stream calls an endpoint that answers NDJSON and yields its lines as domain values, as they come. Leaving the loop,
 * or aborting the signal, closes the connection and thereby ends the work. Throws ApiError; `network_failed` where the
 * connection broke, which the server's own last line rules out.
 */
export async function* stream<E extends Endpoint & { readonly streams?: true }>(
  endpoint: E,
  asked: Asked<E>,
  { signal }: { signal: AbortSignal },
): AsyncGenerator<OutputOf<E>, void, undefined> {
  const wire = toWire(endpoint, asked);
  const response = await answerOf(urlOf(endpoint, wire), {
    method: endpoint.method,
    headers: { accept: "application/x-ndjson", "content-type": "application/json" },
    ...(wire.body === undefined ? {} : { body: JSON.stringify(wire.body) }),
    signal,
  });
  if (!response.ok) throw await problemOf(response);
  if (response.body === null) return;
  for await (const line of linesOf(response.body, signal)) yield decoded(endpoint, line, response);
}

async function* linesOf(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let begun = "";
  try {
    for (;;) {
      const { done, value } = await read(reader, signal);
      begun += value === undefined ? decoder.decode() : decoder.decode(value, { stream: true });
      const lines = begun.split("\n");
      begun = lines.pop() ?? "";
      for (const line of lines) if (line !== "") yield line;
      if (begun.length > MOST_LINE_CHARACTERS) throw broken(undefined);
      if (done) break;
    }
    if (begun !== "") yield begun;
  } finally {
    // Closes the connection where the caller left early; nothing is left to be done about a failure of that.
    await reader.cancel().catch(() => undefined);
  }
}

async function read(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  signal: AbortSignal,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  try {
    return await reader.read();
  } catch (cause) {
    if (signal.aborted) throw cause;
    throw broken(cause);
  }
}

const broken = (cause: unknown): ApiError =>
  new ApiError({
    code: "network_failed",
    status: 0,
    detail: "The connection to the console broke before the answer was whole.",
    cause,
  });

function decoded<E extends Endpoint>(endpoint: E, line: string, response: Response): OutputOf<E> {
  try {
    return endpoint.response.parse(JSON.parse(line)) as OutputOf<E>;
  } catch (cause) {
    throw new ApiError({
      code: "response_unreadable",
      status: response.status,
      detail:
        "A line of the answer does not have the form this page expects. Reload it: the console may have been updated.",
      requestId: response.headers.get("x-request-id") ?? undefined,
      cause,
    });
  }
}
