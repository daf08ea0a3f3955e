"use client";

import { clsx } from "clsx";
import { useId, useMemo, useState, type KeyboardEvent, type PointerEvent } from "react";

import { formatClock, formatInstantFull } from "#components/ui/format-instant.ts";
import { formatCompact, formatQuantity, type QuantityKind } from "#components/ui/format-quantity.ts";

import { HeatAxis } from "./heat-axis.tsx";
import { HeatCells } from "./heat-cells.tsx";
import { HEAT_SHADES, shadeFrom } from "./heat-scale.ts";

/** One row of a heat map. */
export interface HeatRow {
  id: string;
  name: string;
  /** One value a slot; null is a gap and is drawn as one. */
  values: readonly (number | null)[];
}

/** What a heat map draws. */
export interface HeatMapProps {
  /** Accessible name: "lag of payments by partition, records". */
  label: string;
  /** Where each slot begins, epoch ms, ascending. */
  at: readonly number[];
  slotMs: number;
  rows: readonly HeatRow[];
  kind: QuantityKind;
  /** Noun of the values: "records". */
  unit: string;
  /** Dragging over the map asks for that range. */
  onRangeSelect?: (fromAt: number, toAt: number) => void;
}

interface Cell {
  row: number;
  slot: number;
}

const STEPS: Record<string, Cell> = {
  ArrowLeft: { row: 0, slot: -1 },
  ArrowRight: { row: 0, slot: 1 },
  ArrowUp: { row: -1, slot: 0 },
  ArrowDown: { row: 1, slot: 0 },
};
const HINT = "Arrow keys move over the cells; dragging selects a span of time.";

/** A cell that a heat map has, nearest to the one asked for. */
function within({ row, slot }: Cell, rows: number, slots: number): Cell {
  return {
    row: Math.max(0, Math.min(rows - 1, row)),
    slot: Math.max(0, Math.min(slots - 1, slot)),
  };
}

/**
 * Rows over time in shades of one hue, on a logarithmic scale; gaps stay empty. The cell under the pointer, or the
 * one the arrow keys stand on, is read out below.
 */
export function HeatMap({ label, at, slotMs, rows, kind, unit, onRangeSelect }: HeatMapProps) {
  const hintId = useId();
  const cells = useMemo(() => rows.map(({ values }) => values), [rows]);
  const [here, setHere] = useState<Cell | null>(null);
  const [dragFrom, setDragFrom] = useState<number | null>(null);
  const peak = rows.reduce((most, row) => row.values.reduce<number>((a, b) => Math.max(a, b ?? 0), most), 0);
  const rowPx = rows.length <= 16 ? 16 : rows.length <= 24 ? 12 : rows.length <= 32 ? 10 : 7;
  const cellAt = (event: PointerEvent): Cell => {
    const box = event.currentTarget.getBoundingClientRect();
    const slot = Math.floor(((event.clientX - box.left) / box.width) * at.length);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows.length);
    return within({ row, slot }, rows.length, at.length);
  };
  const finishDrag = (event: PointerEvent) => {
    const { slot } = cellAt(event);
    const from = at[Math.min(slot, dragFrom ?? slot)];
    const to = at[Math.max(slot, dragFrom ?? slot)];
    setDragFrom(null);
    if (dragFrom === null || slot === dragFrom || from === undefined || to === undefined) return;
    onRangeSelect?.(from, to + slotMs);
  };
  const move = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const from = here ?? { row: 0, slot: at.length };
    setHere(within({ row: from.row + step.row, slot: from.slot + step.slot }, rows.length, at.length));
  };
  const marked = dragFrom === null || here === null ? null : [dragFrom, here.slot].sort((a, b) => a - b);
  return (
    <figure className="min-w-0">
      <div className="flex">
        <ol aria-hidden className="text-muted tabular w-32 shrink-0 pr-2 text-[11px]">
          {rows.map((row, index) => (
            <li
              key={row.id}
              title={row.name}
              style={{ height: rowPx, lineHeight: `${rowPx}px` }}
              className={clsx("truncate text-right", here?.row === index && "text-text font-medium")}
              dir="rtl"
            >
              {rowPx >= 12 || index % 2 === 0 || here?.row === index ? <bdi>{row.name}</bdi> : ""}
            </li>
          ))}
        </ol>
        <div className="min-w-0 flex-1">
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its cells are read by pointer and arrow keys */}
          <div
            role="group"
            aria-label={label}
            aria-describedby={hintId}
            // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- arrow keys move over its cells
            tabIndex={0}
            className="relative cursor-crosshair touch-none select-none"
            onKeyDown={move}
            onPointerMove={(event) => {
              setHere(cellAt(event));
            }}
            onPointerLeave={() => {
              setHere(null);
              setDragFrom(null);
            }}
            onPointerDown={(event) => {
              if (onRangeSelect !== undefined && event.button === 0) setDragFrom(cellAt(event).slot);
            }}
            onPointerUp={finishDrag}
            onBlur={() => {
              setHere(null);
            }}
          >
            <HeatCells rows={cells} slots={at.length} peak={peak} rowPx={rowPx} />
            {here !== null && (
              <span
                aria-hidden
                className="border-text pointer-events-none absolute border"
                style={{
                  left: `${(here.slot / at.length) * 100}%`,
                  top: here.row * rowPx,
                  width: `max(3px, ${100 / at.length}%)`,
                  height: rowPx,
                }}
              />
            )}
            {marked?.[0] !== undefined && marked[1] !== undefined && (
              <span
                aria-hidden
                className="bg-accent/15 pointer-events-none absolute inset-y-0"
                style={{
                  left: `${(marked[0] / at.length) * 100}%`,
                  width: `${((marked[1] - marked[0] + 1) / at.length) * 100}%`,
                }}
              />
            )}
          </div>
          <HeatAxis fromAt={at[0] ?? 0} toAt={(at.at(-1) ?? 0) + slotMs} />
        </div>
      </div>
      <figcaption className="text-muted mt-1 flex min-h-5 items-center justify-between gap-4 pl-32 text-xs">
        <span id={hintId} className="sr-only">
          {HINT}
        </span>
        <span aria-live="polite" className="tabular min-w-0 truncate">
          {here === null ? "" : cellWords({ rows, at, slotMs, kind, unit }, here)}
        </span>
        <Legend peak={peak} unit={unit} />
      </figcaption>
    </figure>
  );
}

/** What a cell says: `orders 3 · 22 Nov 2026, 10:42:00 CET to 10:42:30 · 1,204 records at most`. */
function cellWords(
  { rows, at, slotMs, kind, unit }: Pick<HeatMapProps, "rows" | "at" | "slotMs" | "kind" | "unit">,
  { row, slot }: Cell,
): string {
  const instant = at[slot] ?? 0;
  const value = rows[row]?.values[slot] ?? null;
  const words = value === null ? "no sample" : `${formatQuantity(kind, value)} ${unit} at most`;
  return `${rows[row]?.name ?? ""} · ${words} · ${formatInstantFull(instant)} to ${formatClock(instant + slotMs)}`;
}

/** The shades with the value each begins at. */
function Legend({ peak, unit }: { peak: number; unit: string }) {
  if (peak === 0) return <span className="shrink-0">all zero</span>;
  const bounds = Array.from({ length: HEAT_SHADES }, (_, index) => shadeFrom(index + 1, peak));
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5" title={`${unit}, from ${bounds.join(", ")}`}>
      1
      <span aria-hidden className="flex">
        {bounds.map((_, index) => (
          <span
            key={index}
            className="h-2.5 w-3.5"
            style={{ background: "var(--chart-1)", opacity: (index + 1) / HEAT_SHADES }}
          />
        ))}
      </span>
      {formatCompact(peak)} {unit}
    </span>
  );
}
