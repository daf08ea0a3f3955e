import { z } from "zod";
import type { Endpoint, InputOf, OutputOf } from "#lib/contracts/endpoint.ts";
import { actorOf, refuseUnlessAllowed } from "#lib/http/actor-of.ts";
import { describeError } from "#lib/http/describe-error.ts";
import { handle, type Exchange, type RouteHandler } from "#lib/http/handle.ts";
import { processMetrics } from "#lib/http/metrics.ts";
import { appErrorOf } from "#lib/http/problem.ts";
import { admittedCtx, parseInput } from "#lib/http/with-route.ts";
import type { AppError } from "#lib/services/app-error.ts";
import type { Ctx } from "#lib/services/ctx.ts";

/** A session that was revoked, or a role that was taken away, ends a stream within this time. */
const RECHECK_MS = 30_000;

/** How a stream looks after its caller; tests shorten it. */
interface StreamPace {
  readonly recheckMs: number;
}

/** A contract whose answer is a stream of lines. */
type StreamEndpoint = Endpoint & { readonly streams?: true };

/**
 * withStream makes Next's handler of an endpoint that streams: admitted as by withRoute, answered as NDJSON, a line for
 * each value that the service yields, sent as soon as it is there and not before the caller takes it. What the service
 * throws before its first value leaves as problem+json. A caller who goes away aborts `ctx.signal` and ends the
 * service; one who may not read any more has that error thrown into the service, which tells of it in its last line.
 */
export function withStream<E extends StreamEndpoint>(
  endpoint: E,
  service: (ctx: Ctx, input: InputOf<E>) => AsyncGenerator<OutputOf<E>, void, undefined>,
  pace: StreamPace = { recheckMs: RECHECK_MS },
): RouteHandler {
  return handle(endpoint.path, async (exchange) => {
    const gone = new AbortController();
    const signal = AbortSignal.any([exchange.request.signal, gone.signal]);
    const ctx = await admittedCtx(endpoint, exchange, signal);
    const lines = service(ctx, await parseInput(endpoint, exchange));
    const first = await lines.next();
    return new Response(streamOf({ endpoint, exchange, lines, first, gone, pace }), {
      headers: {
        "content-type": "application/x-ndjson; charset=utf-8",
        // Neither a compressor nor a proxy may hold lines back.
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      },
    });
  });
}

interface Streaming<E extends Endpoint> {
  readonly endpoint: E;
  readonly exchange: Exchange;
  readonly lines: AsyncGenerator<OutputOf<E>, void, undefined>;
  readonly first: IteratorResult<OutputOf<E>, void>;
  /** Tells the service that the caller is gone. */
  readonly gone: AbortController;
  readonly pace: StreamPace;
}

function streamOf<E extends Endpoint>(streaming: Streaming<E>): ReadableStream<Uint8Array> {
  const { endpoint, exchange, lines, gone, pace } = streaming;
  const encoder = new TextEncoder();
  const open = processMetrics().liveStreams;
  let waiting: IteratorResult<OutputOf<E>, void> | null = streaming.first;
  let checkedAt = performance.now();
  let isOpen = true;
  const release = (): void => {
    if (isOpen) open.dec();
    isOpen = false;
  };
  const next = async (): Promise<IteratorResult<OutputOf<E>, void>> => {
    if (performance.now() - checkedAt < pace.recheckMs) return lines.next();
    checkedAt = performance.now();
    const refusal = await refusalOf(endpoint, exchange);
    return refusal === null ? lines.next() : lines.throw(refusal);
  };
  open.inc();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = waiting ?? (await next());
          waiting = null;
          if (done === true) {
            release();
            controller.close();
            return;
          }
          controller.enqueue(encoder.encode(`${JSON.stringify(z.encode(endpoint.response, value))}\n`));
        } catch (error) {
          release();
          if (!gone.signal.aborted && !exchange.request.signal.aborted)
            exchange.log.error({ error: describeError(error) }, "a stream broke off");
          gone.abort();
          controller.error(error);
        }
      },
      async cancel() {
        release();
        gone.abort();
        // A generator that waits inside ends by the signal; `return` then finds it ended.
        await lines.return().catch((error: unknown) => {
          exchange.log.debug({ error: describeError(error) }, "a stream ended as its caller went");
        });
      },
    },
    { highWaterMark: 0 },
  );
}

/** Why the caller may not read on; null while they may. An outage of the database ends no stream. */
async function refusalOf(endpoint: Endpoint, { request, log }: Exchange): Promise<AppError | null> {
  try {
    refuseUnlessAllowed(await actorOf(request, endpoint.permission), endpoint.permission);
    return null;
  } catch (error) {
    const refusal = appErrorOf(error);
    log.info({ code: refusal.code }, "a stream was checked");
    return refusal.code === "database_unreachable" ? null : refusal;
  }
}
