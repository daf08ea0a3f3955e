import { Duration } from "#components/ui/duration.tsx";
import { Tooltip } from "#components/ui/tooltip.tsx";
import { UnknownDash } from "#components/ui/unknown-dash.tsx";

import { drainOf, type DrainFacts } from "./group-numbers.ts";

interface DrainProps {
  row: DrainFacts;
}

/** When a group's lag is drained: a duration, `never` while it does not shrink, or a dash with the reason. */
export function Drain({ row }: DrainProps) {
  const drain = drainOf(row);
  if (drain.state === "drains") return <Duration ms={drain.ms} live />;
  if (drain.state !== "never") return <UnknownDash reason={drain.why} />;
  return (
    <Tooltip content={drain.why}>
      <span>never</span>
    </Tooltip>
  );
}
