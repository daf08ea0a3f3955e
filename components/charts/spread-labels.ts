/** A label's wanted place and, after spreading, its own. */
export interface PlacedLabel {
  id: string;
  y: number;
}

/** Room that labels have, px. */
export interface LabelRoom {
  top: number;
  bottom: number;
  gap: number;
}

/**
 * Moves labels apart so that none covers another, each as near to its wanted height as the order allows.
 * When the room is too small for all they share it evenly.
 */
export function spreadLabels(wanted: readonly PlacedLabel[], { top, bottom, gap }: LabelRoom): PlacedLabel[] {
  const placed = wanted.map((label) => ({ ...label })).sort((a, b) => a.y - b.y);
  const fits = (placed.length - 1) * gap <= bottom - top;
  const step = fits ? gap : (bottom - top) / Math.max(1, placed.length - 1);
  let least = top;
  for (const label of placed) {
    label.y = Math.max(label.y, least);
    least = label.y + step;
  }
  let most = bottom;
  for (const label of placed.toReversed()) {
    label.y = Math.min(label.y, most);
    most = label.y - step;
  }
  return placed;
}
