/** The width of the names at the left of a timeline, px. */
export const GUTTER = 240;

/** percent writes a place from 0 to 1 for a style. */
export function percent(place: number): string {
  return `${(place * 100).toFixed(3)}%`;
}
