"use client";

import { formatClock, formatInstant } from "#components/ui/format-instant.ts";
import { Select } from "#components/ui/select.tsx";

import { TIME_RANGES, type TimeRange } from "./use-time-range.ts";

interface RangeSelectProps {
  range: TimeRange;
}

const PRESETS = TIME_RANGES.map((entry) => ({
  value: entry.id,
  label: `${entry.words.charAt(0).toUpperCase()}${entry.words.slice(1)}`,
}));

/** The range of a page's charts. A range dragged on a chart stands here as its clock times until another is chosen. */
export function RangeSelect({ range }: RangeSelectProps) {
  const { from, to } = range.query ?? {};
  const dragged =
    from !== undefined && to !== undefined ? [{ value: "custom" as const, label: spanWords(from, to) }] : [];
  const options = [...PRESETS, ...dragged];
  return (
    <Select<(typeof options)[number]["value"]>
      label="Time range"
      value={range.id}
      options={options}
      onValueChange={(id) => {
        if (id !== "custom") range.select(id);
      }}
    />
  );
}

function spanWords(fromAt: number, toAt: number): string {
  return `${formatInstant(fromAt, toAt)} to ${formatClock(toAt)}`;
}
