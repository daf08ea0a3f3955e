import { FEATURES } from "#lib/contracts/endpoint.ts";
import type { LiveHint } from "#lib/contracts/live.ts";
import { runtime } from "#lib/runtime.ts";

/** LiveHub hands the database's hints to every open live stream of this process. */
export interface LiveHub {
  /** Calls `hear` with each hint until the returned function is called. */
  subscribe(hear: (hint: LiveHint) => void): () => void;
}

const KEY = Symbol.for("sluice.live");

/** liveHub is the one hub of this process, on one LISTEN that opens with the first call. */
export function liveHub(): LiveHub {
  const place = globalThis as { [KEY]?: LiveHub };
  return (place[KEY] ??= openHub());
}

function openHub(): LiveHub {
  const listeners = new Set<(hint: LiveHint) => void>();
  const tell = (hint: LiveHint): void => {
    for (const hear of listeners) hear(hint);
  };
  runtime().listen({
    onHint: tell,
    // What was missed while the connection was away is unknown, so every feature is named.
    onGap: () => FEATURES.forEach((feature) => tell({ feature, cluster: null, id: null })),
  });
  return {
    subscribe(hear) {
      listeners.add(hear);
      return () => listeners.delete(hear);
    },
  };
}
