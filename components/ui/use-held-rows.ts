import { useState } from "react";

interface HeldRows<Row> {
  rows: readonly Row[];
  /** Rows that arrived while the order was held. */
  newerCount: number;
  hold: () => void;
  release: () => void;
}

interface Held {
  keys: readonly string[];
  resetKey: string;
}

/**
 * Keeps the order of rows while the user points at them: values change in place, newcomers wait and are
 * counted, rows that are gone leave. A changed `resetKey` (another filter, sort or page) lets go at once.
 */
export function useHeldRows<Row>(
  rows: readonly Row[],
  rowKey: (row: Row) => string,
  resetKey: string,
): HeldRows<Row> {
  const [held, setHeld] = useState<Held | null>(null);
  const hold = () => {
    if (rows.length === 0 || (held !== null && held.resetKey === resetKey)) return;
    setHeld({ keys: rows.map(rowKey), resetKey });
  };
  const release = () => {
    setHeld(null);
  };
  if (held === null || held.resetKey !== resetKey) return { rows, newerCount: 0, hold, release };
  const byKey = new Map(rows.map((row) => [rowKey(row), row]));
  const kept = held.keys.flatMap((key) => {
    const row = byKey.get(key);
    return row === undefined ? [] : [row];
  });
  return { rows: kept, newerCount: rows.length - kept.length, hold, release };
}
