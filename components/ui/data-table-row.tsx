"use client";

import { clsx } from "clsx";
import { memo } from "react";

import { Checkbox } from "./checkbox.tsx";
import type { Column } from "./data-table-column.ts";
import { TONE_FILL, type Tone } from "./tone.ts";
import type { RowActions } from "./use-row-actions.ts";

interface DataTableRowProps<Row> {
  row: Row;
  rowId: string;
  /** Place in the whole list, from 0; for a screen reader when rows are windowed. */
  index: number;
  columns: readonly Column<Row>[];
  tone: Tone | undefined;
  /** Takes Tab. */
  active: boolean;
  /** Shown in the drawer. */
  opened: boolean;
  /** undefined where rows cannot be ticked. */
  selected: boolean | undefined;
  /** A click shows or opens the row. */
  opens: boolean;
  actions: RowActions;
}

/** One row of a DataTable, of the height the density asks for; drawn anew only when something of it changes. */
export const DataTableRow = memo(PlainRow) as typeof PlainRow;

function PlainRow<Row>({
  row,
  rowId,
  index,
  columns,
  tone,
  active,
  opened,
  selected,
  opens,
  actions,
}: DataTableRowProps<Row>) {
  const interactive = opens || selected !== undefined;
  const marked = tone !== undefined && tone !== "ok" && tone !== "neutral";
  return (
    <tr
      data-key={rowId}
      aria-rowindex={index + 2}
      aria-selected={interactive ? (selected ?? opened) : undefined}
      tabIndex={interactive ? (active ? 0 : -1) : undefined}
      onFocus={() => {
        actions.focus(rowId);
      }}
      onKeyDown={interactive ? actions.keyDown : undefined}
      onClick={(event) => {
        if (!opens || window.getSelection()?.isCollapsed === false) return;
        if (event.target instanceof Element && event.target.closest("a,button,input,label") !== null) return;
        // React hands on what was clicked in a menu or a dialog that a cell opened: that is not the row.
        if (event.target instanceof Node && !event.currentTarget.contains(event.target)) return;
        actions.activate(rowId);
      }}
      className={clsx(
        "group/row border-line relative h-(--row-height) border-b text-sm last:border-b-0 focus-visible:rounded-none focus-visible:outline-offset-[-2px]",
        interactive && "hover:bg-hover",
        opens && "cursor-default",
        (opened || selected === true) && "bg-accent-bg hover:bg-accent-bg",
      )}
    >
      {selected !== undefined && (
        <td className="relative pl-3">
          {marked && <ToneEdge tone={tone} />}
          <Checkbox
            ariaLabel={`Select ${rowId}`}
            skipTab
            checked={selected}
            onCheckedChange={() => {
              actions.toggle(rowId);
            }}
          />
        </td>
      )}
      {columns.map((column, place) => (
        <td
          key={column.id}
          className={clsx(
            "max-w-0 truncate px-2 first:pl-3 last:pr-3",
            place === 0 && "relative",
            column.align === "right" && "tabular text-right",
          )}
        >
          {place === 0 && selected === undefined && marked && <ToneEdge tone={tone} />}
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

function ToneEdge({ tone }: { tone: Tone }) {
  return (
    <span aria-hidden className={clsx("absolute inset-y-1 left-0 w-0.5 rounded-full", TONE_FILL[tone])} />
  );
}
