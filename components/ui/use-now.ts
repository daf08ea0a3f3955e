import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let current = 0;
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  current = Date.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    current = Date.now();
    timer = setInterval(tick, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

function snapshot(): number {
  if (timer === undefined) current = Date.now();
  return current;
}

/**
 * The browser's clock, rounded down to `stepMs`: a component renders again only when its step turns.
 * One timer serves the whole page. `null` on the server and while hydrating, where the viewer's clock
 * and zone are unknown.
 */
export function useNow(stepMs = 1_000): number | null {
  return useSyncExternalStore(
    subscribe,
    () => Math.floor(snapshot() / stepMs) * stepMs,
    () => null,
  );
}
