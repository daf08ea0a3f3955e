import { formatCount } from "#components/ui/format-quantity.ts";
import type { OutputOf } from "#lib/contracts/endpoint.ts";
import type { getSagaCounts } from "#lib/contracts/sagas.ts";
import type { Finding } from "#lib/domain/clusters/cluster.ts";

type CountItem = OutputOf<typeof getSagaCounts>["items"][number];

/** The most types that the overview names; the page of sagas has them all. */
const MOST = 3;

/** sagaFindings names the types that have stuck sagas, the most first: each waits for what does not come by itself. */
export function sagaFindings(
  items: readonly Pick<CountItem, "type" | "state" | "count" | "atLeast">[],
): Finding[] {
  const stuck = new Map<string, { count: number; atLeast: boolean }>();
  for (const { type, state, count, atLeast } of items) {
    if (state !== "stuck" || count === 0) continue;
    const known = stuck.get(type) ?? { count: 0, atLeast: false };
    stuck.set(type, { count: known.count + count, atLeast: known.atLeast || atLeast });
  }
  return [...stuck]
    .sort(([, a], [, b]) => b.count - a.count)
    .slice(0, MOST)
    .map(([type, { count, atLeast }]) => {
      const noun = count === 1 && !atLeast ? "saga" : "sagas";
      const sentence = `${formatCount(count)}${atLeast ? "+" : ""} ${noun} of ${type} ${noun === "saga" ? "is" : "are"} stuck.`;
      return { tone: "warning" as const, feature: "sagas" as const, subject: type, sentence };
    });
}
