import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();

function keyOf(cluster: string): string {
  return `sluice-causes-seen ${cluster}`;
}

/** When the newest cause that was looked at began, by the server's clock; 0 where none was. */
function seenAt(cluster: string): number {
  const stored = Number(window.localStorage.getItem(keyOf(cluster)));
  return Number.isFinite(stored) ? stored : 0;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("storage", listener);
  };
}

/** Notes that somebody at this browser has looked at the causes of a cluster that began by `at`, epoch ms. */
export function noteCausesSeen(cluster: string, at: number): void {
  if (at <= seenAt(cluster)) return;
  window.localStorage.setItem(keyOf(cluster), String(at));
  for (const listener of listeners) listener();
}

/** Up to which beginning the causes of a cluster were looked at on this browser; null until that is known. */
export function useCausesSeenAt(cluster: string | undefined): number | null {
  return useSyncExternalStore(
    subscribe,
    () => (cluster === undefined ? null : seenAt(cluster)),
    () => null,
  );
}
