import { formatAxisTime } from "#components/ui/format-instant.ts";

/** What recharts gives a tick of the time axis. */
interface TickPlace {
  x: number | string;
  y: number | string;
  payload: { value: number };
}

const PX_PER_LETTER = 6.4;
const GAP_PX = 6;

/** textPx is about how wide a text of an axis is. */
function textPx(text: string): number {
  return text.length * PX_PER_LETTER;
}

/**
 * timeTick draws a tick of a time axis whose left corner carries the zone's name: a tick that would run into the name
 * is left out.
 */
export function timeTick(zone: string, spanMs: number) {
  return function TimeTick({ x, y, payload }: TickPlace) {
    const words = formatAxisTime(payload.value, spanMs);
    if (Number(x) - textPx(words) / 2 < textPx(zone) + GAP_PX) return <g />;
    return (
      <text x={x} y={y} dy="0.71em" textAnchor="middle" fontSize={11} fill="var(--muted)">
        {words}
      </text>
    );
  };
}
