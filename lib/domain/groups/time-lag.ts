/** A stored end offset of one partition. */
export interface EndPoint {
  at: number;
  end: bigint;
}

/**
 * timeLag is how old the first unread record is, ms: `now` less the instant at which the end passed `committed`,
 * interpolated between the two stored points around it (oldest first), never extrapolated. A group that has read
 * everything is 0; a commit below the oldest point is null: older than what is stored.
 */
export function timeLag(committed: bigint, now: number, points: readonly EndPoint[]): number | null {
  const last = points.at(-1);
  if (last === undefined) return null;
  if (committed >= last.end) return 0;
  for (let index = points.length - 1; index > 0; index -= 1) {
    const right = points[index];
    const left = points[index - 1];
    if (left === undefined || right === undefined) return null;
    if (left.end > committed) continue;
    const share = Number(committed - left.end) / Number(right.end - left.end);
    return Math.max(0, Math.round(now - (left.at + share * (right.at - left.at))));
  }
  return null;
}
