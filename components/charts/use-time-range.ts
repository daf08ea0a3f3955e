"use client";

import { parseAsInteger, parseAsStringLiteral, useQueryStates } from "nuqs";

import { useNow } from "#components/ui/use-now.ts";

const MINUTE_MS = 60_000;

/** The ranges on offer, shortest first; longer ones are asked for as `from` and `to`. */
export const TIME_RANGES = [
  { id: "15m", words: "last 15 minutes", spanMs: 15 * MINUTE_MS },
  { id: "1h", words: "last hour", spanMs: 60 * MINUTE_MS },
  { id: "6h", words: "last 6 hours", spanMs: 360 * MINUTE_MS },
  { id: "24h", words: "last 24 hours", spanMs: 1440 * MINUTE_MS },
  { id: "7d", words: "last 7 days", spanMs: 7 * 1440 * MINUTE_MS },
  { id: "30d", words: "last 30 days", spanMs: 30 * 1440 * MINUTE_MS },
] as const;

/** One of {@link TIME_RANGES}. */
type TimeRangeId = (typeof TIME_RANGES)[number]["id"];

/** A range of time that a page shows; kept in the URL as `range`, or as `from` and `to` in epoch seconds. */
export interface TimeRange {
  /** `custom` is a range dragged on a chart or typed: it stands still. */
  id: TimeRangeId | "custom";
  /** `last hour`, for titles. Empty for a custom range. */
  words: string;
  /**
   * What to ask a history endpoint for, epoch ms; null until the viewer's clock is known. A range up to now
   * leaves `to` out, and its `from` moves in steps, so that a query's key does not change with every tick; the
   * last hour is what the endpoints answer when nothing is asked for.
   */
  query: { from?: number; to?: number } | null;
  select: (id: TimeRangeId) => void;
  /** Shows exactly this, epoch ms; what TimeSeriesChart's `onRangeSelect` gives. */
  selectSpan: (fromAt: number, toAt: number) => void;
  /** Leaves a custom range for the one chosen before; null where none is to be left. */
  zoomOut: (() => void) | null;
}

const USUAL = "1h";
const LAST_HOUR = {};

const PARSERS = {
  range: parseAsStringLiteral(TIME_RANGES.map((range) => range.id)).withDefault(USUAL),
  from: parseAsInteger,
  to: parseAsInteger,
};

/** A history of a range has about this many points: the step in which the beginning of the range moves. */
const STEPS = 240;
const SHORTEST_STEP_MS = 30_000;
const SHORTEST_SPAN_S = 60;

/** The page's range of time: read from the URL, written to it, shared by all charts of the page. */
export function useTimeRange(): TimeRange {
  const [{ range, from, to }, set] = useQueryStates(PARSERS, { history: "push" });
  const chosen = TIME_RANGES.find((entry) => entry.id === range) ?? TIME_RANGES[1];
  const now = useNow(Math.max(SHORTEST_STEP_MS, chosen.spanMs / STEPS));
  const select = (id: TimeRangeId) => {
    void set({ range: id, from: null, to: null });
  };
  const selectSpan = (fromAt: number, toAt: number) => {
    const start = Math.floor(fromAt / 1000);
    void set({ from: start, to: Math.max(Math.ceil(toAt / 1000), start + SHORTEST_SPAN_S) });
  };
  if (from !== null && to !== null && from < to) {
    const zoomOut = () => {
      void set({ from: null, to: null });
    };
    return {
      ...{ id: "custom", words: "", select, selectSpan, zoomOut },
      query: { from: from * 1000, to: to * 1000 },
    };
  }
  const moving = now === null ? null : { from: now - chosen.spanMs };
  return {
    id: chosen.id,
    words: chosen.words,
    query: chosen.id === USUAL ? LAST_HOUR : moving,
    select,
    selectSpan,
    zoomOut: null,
  };
}
