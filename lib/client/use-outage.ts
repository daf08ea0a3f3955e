import { useSyncExternalStore } from "react";

/** The database does not answer; since when, epoch ms, where that is known. */
export interface Outage {
  sinceAt: number | null;
}

const listeners = new Set<() => void>();
let outage: Outage | null = null;

function change(next: Outage | null): void {
  outage = next;
  for (const listener of listeners) listener();
}

/** Notes that the database does not answer. A known beginning is kept. */
export function reportOutage(sinceAt: number | null): void {
  if (outage !== null && (sinceAt === null || outage.sinceAt === sinceAt)) return;
  change({ sinceAt });
}

/** Notes that the database answered; true when that ends an outage. */
export function clearOutage(): boolean {
  if (outage === null) return false;
  change(null);
  return true;
}

/** The outage in force, or null: then every page says so and shows no data. */
export function useOutage(): Outage | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    () => outage,
    () => null,
  );
}
