"use client";

import { formatClock, formatInstantFull } from "#components/ui/format-instant.ts";
import { formatDuration } from "#components/ui/format-quantity.ts";
import { placeOf, type TimeScale } from "#lib/domain/sagas/time-scale.ts";

import { axisTicks } from "./time-axis-ticks.ts";
import { GUTTER, percent } from "./timeline-measures.ts";

interface TimelineAxisProps {
  scale: TimeScale;
  /** The part of the width that is the past, from 0 to 1. */
  past: number;
  startAt: number;
  /** null once the saga has ended. */
  nowAt: number | null;
}

/** The time axis over the lanes; folded stretches, ticks and the now-line run down behind them. */
export function TimelineAxis({ scale, past, startAt, nowAt }: TimelineAxisProps) {
  const now = nowAt === null ? null : placeOf(scale, nowAt) * past;
  const folds = scale.spans.filter(({ folded }) => folded);
  return (
    <>
      <div className="relative h-6" style={{ marginLeft: GUTTER }}>
        <time
          dateTime={new Date(startAt).toISOString()}
          title={formatInstantFull(startAt)}
          className="tabular text-muted absolute left-0 text-[11px] whitespace-nowrap"
        >
          {formatClock(startAt)}
        </time>
        {axisTicks(scale, startAt).map(({ place, words }) => (
          <span
            key={place}
            className="tabular text-muted absolute -translate-x-1/2 text-[11px] whitespace-nowrap"
            style={{ left: percent(place * past) }}
          >
            {words}
          </span>
        ))}
        {now !== null && (
          <span
            className="text-accent bg-raised absolute -translate-x-1/2 px-1 text-[11px] font-medium"
            style={{ left: percent(now) }}
          >
            now
          </span>
        )}
        {past < 1 && (
          <span className="text-muted absolute right-0 text-[11px]" title="Not to scale">
            to come
          </span>
        )}
      </div>
      <div aria-hidden className="pointer-events-none absolute inset-y-0 right-0" style={{ left: GUTTER }}>
        {folds.map(({ fromAt, toAt, from, to }) => (
          <span
            key={fromAt}
            className="bg-sunken border-line-strong absolute top-6 bottom-0 flex items-start justify-center overflow-hidden border-x border-dashed"
            style={{ left: percent(from * past), width: percent((to - from) * past) }}
          >
            <span className="text-muted tabular mt-0.5 bg-transparent text-[11px] whitespace-nowrap">
              {formatDuration(toAt - fromAt)}
            </span>
          </span>
        ))}
        {now !== null && (
          <span className="border-accent absolute top-5 bottom-0 border-l-2" style={{ left: percent(now) }} />
        )}
      </div>
    </>
  );
}
