import { invalidRequest } from "#lib/http/problem.ts";
import { AppError } from "#lib/services/app-error.ts";

/** A request body holds at most 1 MiB. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * readBody reads a body of at most {@link MAX_BODY_BYTES}. Throws AppError `request_too_large` as soon as its length
 * is told or seen to be more, without reading the rest. The stream is let go and not cancelled: cancelling would
 * close the socket before the answer is on it.
 */
export async function readBody(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (request.body === null) return new Uint8Array();
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joined(chunks, size);
      size += value.byteLength;
      if (size > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(value);
    }
  } finally {
    reader.releaseLock();
  }
}

/** readJson reads a body of type application/json; an empty one is an empty object. */
export async function readJson(request: Request): Promise<unknown> {
  const bytes = await readBody(request);
  if (bytes.byteLength === 0) return {};
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new AppError("media_type_unsupported", "Send the body as application/json.");
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    // Neither error is kept as a cause: a parser's message quotes the body.
    if (!(error instanceof SyntaxError) && !(error instanceof TypeError)) throw error;
    throw invalidRequest("The body is not JSON.", [
      { name: "body", in: "body", reason: "must be JSON in UTF-8" },
    ]);
  }
}

function tooLarge(): AppError {
  return new AppError("request_too_large", "A request body holds at most 1 MiB.", {
    details: { maxBytes: MAX_BODY_BYTES },
  });
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
