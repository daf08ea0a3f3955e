import type { GenericDialect } from "#lib/domain/dead-letters/dialects/generic.ts";

/** How the dead letters of a cluster are indexed, as its configuration says. */
export interface IndexSettings {
  /** Whether the text of keys is kept. */
  readonly previews: boolean;
  /** Names of dead-letter topics; the usual ones where absent. */
  readonly patterns?: readonly string[] | undefined;
  /** From this many open rows of a topic on, one record in n has a row. */
  readonly floodAt: number;
  /** A convention of the user's own. */
  readonly generic?: GenericDialect | undefined;
}

/**
 * floodOneIn tells for how many records a row stands: 1 below `floodAt` open rows, then 100, ten times more with each
 * further tenth of it, so that what a flood can fill is bounded. A flood that began ends at four fifths.
 */
export function floodOneIn({
  open,
  floodAt,
  oneIn,
}: {
  open: number;
  floodAt: number;
  oneIn: number;
}): number {
  if (open < (oneIn === 1 ? floodAt : floodAt * 0.8)) return 1;
  const tenths = Math.max(0, Math.floor((open - floodAt) / (floodAt / 10)));
  return 100 * 10 ** Math.min(tenths, 4);
}
