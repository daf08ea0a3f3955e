import { formatCount } from "#components/ui/format-quantity.ts";
import { redriveHref } from "#lib/client/new-job-href.ts";
import type { DeadLetterCause } from "#lib/domain/dead-letters/dead-letter.ts";

import { RedriveLink } from "./redrive-link.tsx";
import { STATE_WORDS } from "./state-words.ts";

interface RedriveCauseProps {
  cluster: string;
  cause: Pick<DeadLetterCause, "id" | "counts">;
  size?: "md" | "sm";
}

/** What can be redriven, in the order that it is offered. */
const REDRIVABLE = ["open", "returned", "unknown"] as const;

/** The way to a redrive of a cause: of what is open, else of what came back, else of what nobody knows the outcome of. */
export function RedriveCause({ cluster, cause: { id, counts }, size = "md" }: RedriveCauseProps) {
  const state = REDRIVABLE.find((each) => counts[each] > 0);
  if (state === undefined) return null;
  return (
    <RedriveLink size={size} href={redriveHref(cluster, { cause: id, state })}>
      Redrive {formatCount(counts[state])} {STATE_WORDS[state].word}…
    </RedriveLink>
  );
}
