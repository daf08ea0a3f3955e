import { LIVE_PATH, type LiveHint } from "#lib/contracts/live.ts";
import type { Actor } from "#lib/domain/access/user.ts";
import { actorOf, refuseUnlessAllowed } from "#lib/http/actor-of.ts";
import { handle } from "#lib/http/handle.ts";
import { liveHub } from "#lib/http/live-hub.ts";
import { processMetrics } from "#lib/http/metrics.ts";
import { appErrorOf } from "#lib/http/problem.ts";
import type { Log } from "#lib/log.ts";

/** A comment every 15 s keeps proxies from closing a quiet stream and finds out whether anybody still listens. */
const HEARTBEAT_MS = 15_000;
/** A session that was revoked or has expired loses its stream within this time. */
const RECHECK_MS = 60_000;

/** How often a stream beats and asks for its session again; tests shorten both. */
export interface LivePace {
  readonly heartbeatMs: number;
  readonly recheckMs: number;
}

/** liveRoute is the stream of live hints: server-sent events, for whoever is signed in, until they are not. */
export const liveRoute = makeLiveRoute({ heartbeatMs: HEARTBEAT_MS, recheckMs: RECHECK_MS });

/** makeLiveRoute is {@link liveRoute} at another pace. */
export function makeLiveRoute(pace: LivePace): ReturnType<typeof handle> {
  return handle(LIVE_PATH, async ({ request, log }) => {
    const admitted = async (): Promise<Actor> => {
      const actor = await actorOf(request, "signed-in");
      refuseUnlessAllowed(actor, "signed-in");
      return actor;
    };
    await admitted();
    // Next asks GET for HEAD and drops the body unread; a stream that nobody reads would stay open.
    const isRead = request.method === "GET";
    return new Response(isRead ? streamOfHints({ admitted, signal: request.signal, pace, log }) : null, {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store, no-transform",
        "x-accel-buffering": "no",
      },
    });
  });
}

interface Stream {
  readonly admitted: () => Promise<Actor>;
  readonly signal: AbortSignal;
  readonly pace: LivePace;
  readonly log: Log;
}

/** A reader that takes nothing while this many messages wait is gone. */
const MAX_WAITING = 1_000;

function streamOfHints({ admitted, signal, pace, log }: Stream): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const ends: (() => void)[] = [];
  let isOpen = true;
  const release = (): void => {
    isOpen = false;
    for (const end of ends.splice(0)) end();
  };
  return new ReadableStream({
    start(controller) {
      const close = (): void => {
        if (!isOpen) return;
        release();
        controller.close();
      };
      const write = (text: string): void => {
        if (!isOpen) return;
        if ((controller.desiredSize ?? 0) < -MAX_WAITING) close();
        else controller.enqueue(encoder.encode(text));
      };
      const recheck = async (): Promise<void> => {
        if (!(await stillAdmitted(admitted, log))) close();
      };
      const timers = [
        setInterval(() => write(": still here\n\n"), pace.heartbeatMs),
        setInterval(() => void recheck(), pace.recheckMs),
      ];
      const streams = processMetrics().liveStreams;
      streams.inc();
      ends.push(
        liveHub().subscribe((hint: LiveHint) => write(`data: ${JSON.stringify(hint)}\n\n`)),
        () => timers.forEach((timer) => clearInterval(timer)),
        () => streams.dec(),
      );
      write(": hints, not data\n\n");
      if (signal.aborted) close();
      else signal.addEventListener("abort", close, { once: true });
    },
    cancel: release,
  });
}

/** An outage of the database ends no stream: it carries no data, and the page shows the outage itself. */
async function stillAdmitted(admitted: () => Promise<Actor>, log: Log): Promise<boolean> {
  try {
    await admitted();
    return true;
  } catch (error) {
    const { code } = appErrorOf(error);
    log.info({ code }, "a live stream was checked");
    return code === "database_unreachable";
  }
}
