"use client";

import { clsx } from "clsx";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";

import { Checkbox } from "./checkbox.tsx";
import type { Column, Selection, SortState } from "./data-table-column.ts";
import { Tooltip } from "./tooltip.tsx";

interface DataTableHeadProps<Row> {
  columns: readonly Column<Row>[];
  sort?: SortState | undefined;
  onSortChange?: ((sort: SortState) => void) | undefined;
  selection?: Selection | undefined;
  /** Keys that "select all" means: the rows shown. */
  keys: readonly string[];
}

/** The sticky head of a DataTable: names, hints, sorting and "select all". */
export function DataTableHead<Row>({
  columns,
  sort,
  onSortChange,
  selection,
  keys,
}: DataTableHeadProps<Row>) {
  const ticked = selection ? keys.filter((key) => selection.selected.has(key)).length : 0;
  return (
    <thead>
      <tr className="bg-raised">
        {selection && (
          <th scope="col" className="bg-raised border-line sticky top-0 z-10 h-8 border-b pl-3 text-left">
            <Checkbox
              ariaLabel="Select all rows shown"
              disabled={keys.length === 0}
              checked={ticked === 0 ? false : ticked === keys.length ? true : "indeterminate"}
              onCheckedChange={(all) => {
                selection.onChange(all ? new Set([...selection.selected, ...keys]) : new Set());
              }}
            />
          </th>
        )}
        {columns.map((column) => (
          <HeadCell key={column.id} column={column} sort={sort} onSortChange={onSortChange} />
        ))}
      </tr>
    </thead>
  );
}

interface HeadCellProps<Row> {
  column: Column<Row>;
  sort: SortState | undefined;
  onSortChange: ((sort: SortState) => void) | undefined;
}

function HeadCell<Row>({ column, sort, onSortChange }: HeadCellProps<Row>) {
  const sorted = sort?.column === column.id ? sort.order : undefined;
  const right = column.align === "right";
  const canSort = column.sortable === true && onSortChange !== undefined;
  const Arrow = sorted === "asc" ? ArrowUp : sorted === "desc" ? ArrowDown : ChevronsUpDown;
  const name = (
    <Tooltip content={column.hint}>
      <span className="truncate">{column.header}</span>
    </Tooltip>
  );
  return (
    <th
      scope="col"
      aria-sort={
        canSort ? (sorted === undefined ? "none" : sorted === "asc" ? "ascending" : "descending") : undefined
      }
      className={clsx(
        "bg-raised border-line text-muted sticky top-0 z-10 h-8 border-b px-2 text-xs font-medium whitespace-nowrap first:pl-3 last:pr-3",
        right ? "text-right" : "text-left",
      )}
    >
      {canSort ? (
        <button
          type="button"
          className={clsx(
            "group/sort hover:text-text inline-flex max-w-full items-center gap-1 align-middle",
            right && "flex-row-reverse",
            sorted !== undefined && "text-text",
          )}
          onClick={() => {
            const first = column.firstOrder ?? (right ? "desc" : "asc");
            const other = first === "asc" ? "desc" : "asc";
            onSortChange({ column: column.id, order: sorted === first ? other : first });
          }}
        >
          {name}
          <Arrow
            aria-hidden
            size={12}
            className={clsx("shrink-0", sorted === undefined && "opacity-0 group-hover/sort:opacity-60")}
          />
        </button>
      ) : (
        <span className="inline-flex max-w-full align-middle">{name}</span>
      )}
    </th>
  );
}
