"use client";

import { ZoomOut } from "lucide-react";
import { useEffect, useEffectEvent, useState } from "react";

import { formatAxisTime, formatClock, formatInstant } from "#components/ui/format-instant.ts";
import { IconButton } from "#components/ui/icon-button.tsx";
import { isTyping } from "#components/ui/is-typing.ts";
import { Select } from "#components/ui/select.tsx";

import { RangeDialog } from "./range-dialog.tsx";
import { TIME_RANGES, type TimeRange } from "./use-time-range.ts";

interface RangeSelectProps {
  range: TimeRange;
}

const PRESETS = TIME_RANGES.map((entry) => ({
  value: entry.id,
  label: `${entry.words.charAt(0).toUpperCase()}${entry.words.slice(1)}`,
}));
const OTHER = { value: "other" as const, label: "From … to …" };

/**
 * The range of a page's charts: a span up to now, or one that stands still. A span dragged on a chart stands here as
 * its clock times; Esc or the button beside it leaves it again.
 */
export function RangeSelect({ range }: RangeSelectProps) {
  const [asking, setAsking] = useState(false);
  const { zoomOut } = range;
  const onEscape = useEffectEvent((event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented && !isTyping(event.target)) zoomOut?.();
  });
  const zoomed = zoomOut !== null;
  useEffect(() => {
    if (!zoomed) return undefined;
    document.addEventListener("keydown", onEscape);
    return () => {
      document.removeEventListener("keydown", onEscape);
    };
  }, [zoomed]);
  const { from, to } = range.query ?? {};
  const standing =
    from !== undefined && to !== undefined ? [{ value: "custom" as const, label: spanWords(from, to) }] : [];
  const options = [...PRESETS, ...standing, OTHER];
  return (
    <>
      {zoomOut !== null && (
        <IconButton icon={ZoomOut} label="Back to the last range" shortcut="Esc" onClick={zoomOut} />
      )}
      <Select<(typeof options)[number]["value"]>
        label="Time range"
        value={range.id}
        options={options}
        onValueChange={(id) => {
          if (id === "other") setAsking(true);
          else if (id !== "custom") range.select(id);
        }}
      />
      {asking && (
        <RangeDialog
          range={range}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </>
  );
}

function spanWords(fromAt: number, toAt: number): string {
  const sameDay = new Date(fromAt).toDateString() === new Date(toAt).toDateString();
  if (!sameDay) return `${formatInstant(fromAt, toAt)} to ${formatInstant(toAt, toAt)}`;
  return `${formatAxisTime(fromAt, Infinity)}, ${formatClock(fromAt)} to ${formatClock(toAt)}`;
}
