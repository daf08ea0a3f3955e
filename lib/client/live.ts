import type { QueryClient } from "@tanstack/react-query";

import type { Feature } from "#lib/contracts/endpoint.ts";
import { LIVE_PATH, liveHint } from "#lib/contracts/live.ts";

/** How the stream of hints stands. */
export type LiveState = "connecting" | "live" | "lost" | "paused";

interface LiveInput {
  client: QueryClient;
  onState: (state: LiveState) => void;
  /** Opens the stream; `EventSource` by default. */
  open?: (url: string) => EventSource;
}

/** At most two rounds of reading again a second. */
const ROUND_MS = 500;
const RETRY_FROM_MS = 2_000;
const RETRY_TO_MS = 30_000;
/** `EventSource.CLOSED`. */
const CLOSED = 2;

/** Reads again what was named since the last round, at most twice a second. */
function rounds(client: QueryClient) {
  const named = new Set<Feature>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    timer = undefined;
    for (const feature of named) void client.invalidateQueries({ queryKey: [feature] });
    named.clear();
  };
  return {
    note: (event: MessageEvent) => {
      const hint = liveHint.safeParse(parsed(event.data));
      if (!hint.success) return;
      named.add(hint.data.feature);
      timer ??= setTimeout(flush, ROUND_MS);
    },
    end: () => {
      clearTimeout(timer);
    },
  };
}

/**
 * Follows the server's hints and reads again what they name, at most twice a second for each feature.
 * Closed while the tab is hidden; once back, or after a loss, everything is read again: hints were missed.
 * Returns the function that ends it.
 */
export function followLive({ client, onState, open = (url) => new EventSource(url) }: LiveInput): () => void {
  const { note, end } = rounds(client);
  let source: EventSource | null = null;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let retryMs = RETRY_FROM_MS;
  let missed = false;

  const close = () => {
    source?.close();
    source = null;
    clearTimeout(retry);
  };
  const onOpen = () => {
    retryMs = RETRY_FROM_MS;
    onState("live");
    if (missed) void client.invalidateQueries();
    missed = false;
  };
  const onError = () => {
    missed = true;
    onState("lost");
    // EventSource tries again by itself only after a break in the network, not after a refusal.
    if (source?.readyState !== CLOSED) return;
    close();
    retry = setTimeout(connect, retryMs);
    retryMs = Math.min(RETRY_TO_MS, retryMs * 2);
  };
  const connect = () => {
    close();
    onState("connecting");
    source = open(LIVE_PATH);
    source.addEventListener("message", note);
    source.addEventListener("open", onOpen);
    source.addEventListener("error", onError);
  };
  const onVisibility = () => {
    if (document.visibilityState === "hidden") {
      close();
      missed = true;
      onState("paused");
    } else if (source === null) connect();
  };

  document.addEventListener("visibilitychange", onVisibility);
  onVisibility();
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    close();
    end();
  };
}

/** The data of an event as JSON; undefined where it is none. */
function parsed(data: unknown): unknown {
  if (typeof data !== "string") return undefined;
  try {
    return JSON.parse(data) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
