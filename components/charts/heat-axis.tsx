import { formatAxisTime, zoneName } from "#components/ui/format-instant.ts";

import { timeTicks } from "./axis-ticks.ts";

interface HeatAxisProps {
  fromAt: number;
  toAt: number;
}

const MOST_TICKS = 7;
/** A tick nearer to an end than this part of the span would be cut off, or run into the zone's name. */
const MARGIN = 0.03;

/** The time axis of a heat map, with the viewer's zone at its end. */
export function HeatAxis({ fromAt, toAt }: HeatAxisProps) {
  const spanMs = Math.max(1, toAt - fromAt);
  const ticks = timeTicks(fromAt, toAt, MOST_TICKS)
    .map((at) => ({ at, part: (at - fromAt) / spanMs }))
    .filter(({ part }) => part >= MARGIN && part <= 1 - 2 * MARGIN);
  return (
    <div aria-hidden className="border-line-strong text-muted relative h-5 border-t text-[11px]">
      {ticks.map(({ at, part }) => (
        <span
          key={at}
          className="absolute top-0.5 -translate-x-1/2 whitespace-nowrap"
          style={{ left: `${part * 100}%` }}
        >
          {formatAxisTime(at, spanMs)}
        </span>
      ))}
      <span className="bg-raised absolute top-0.5 right-0 pl-1">{zoneName(toAt)}</span>
    </div>
  );
}
