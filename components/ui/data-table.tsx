"use client";

import { clsx } from "clsx";
import { useRef, type ReactNode } from "react";

import type { Column, RowLook, Selection, SortState } from "./data-table-column.ts";
import { DataTableHead } from "./data-table-head.tsx";
import { DataTableRow } from "./data-table-row.tsx";
import { ExportMenu } from "./export-menu.tsx";
import { formatCount } from "./format-quantity.ts";
import { Skeleton } from "./skeleton.tsx";
import type { TableFile } from "./table-file.ts";
import { useHeldRows } from "./use-held-rows.ts";
import { useRowActions } from "./use-row-actions.ts";
import { useRowCursor } from "./use-row-cursor.ts";
import { useRowWindow, WINDOWED_FROM_ROWS } from "./use-row-window.ts";

interface DataTableProps<Row> {
  /** Accessible name: "Consumer groups of staging". */
  label: string;
  columns: readonly Column<Row>[];
  /** `undefined` while the first answer is under way: skeleton rows stand in. Already sorted. */
  rows: readonly Row[] | undefined;
  rowKey: (row: Row) => string;
  sort?: SortState | undefined;
  onSortChange?: (sort: SortState) => void;
  /** Enter, and a click when there is no `onPeek`: go to the row's page. */
  onOpen?: (row: Row) => void;
  /** A click: show the row in a drawer. */
  onPeek?: (row: Row) => void;
  /** The cursor came to a row: what shows one beside the list may follow. */
  onVisit?: (row: Row) => void;
  selection?: Selection;
  look?: RowLook<Row>;
  /** Shown under the head when there are no rows: an EmptyState. */
  empty: ReactNode;
  /** Shown instead of rows: an ErrorState. With rows on hand draw an inline ErrorState above instead. */
  error?: ReactNode;
  /** j, k and x work without focus in the list; one table a page. */
  primary?: boolean;
  /** Changes when the user asks for other rows (filter, sort): lets go of a held order. */
  resetKey?: string;
  skeletonRows?: number;
  /** CSS height at which it scrolls; needed beyond 200 rows, where only the rows in view are drawn. */
  maxHeight?: string;
  /** Below the rows: "load more". */
  footer?: ReactNode;
  /** The list as a file, offered below it; every list has one. */
  file: TableFile<Row>;
}

/**
 * A list as a table: fixed row heights, sticky head, keyboard, windowed beyond 200 rows. While the pointer
 * is over it the order holds still and a bar counts what is newer.
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  rowKey,
  sort,
  onSortChange,
  onOpen,
  onPeek,
  onVisit,
  selection,
  look,
  empty,
  error,
  primary = false,
  resetKey = "",
  skeletonRows = 8,
  maxHeight,
  footer,
  file,
}: DataTableProps<Row>) {
  const scroller = useRef<HTMLDivElement>(null);
  const order = sort === undefined ? resetKey : `${resetKey} ${sort.column} ${sort.order}`;
  const held = useHeldRows(rows ?? [], rowKey, order);
  const shown = error === undefined ? held.rows : [];
  const keys = shown.map(rowKey);
  const view = useRowWindow(shown.length, scroller);

  const rowOf = (key: string) => shown.find((row) => rowKey(row) === key);
  const toggle = (key: string) => {
    if (selection === undefined) return;
    const next = new Set(selection.selected);
    if (!next.delete(key)) next.add(key);
    selection.onChange(next);
  };
  const cursor = useRowCursor({
    keys,
    primary,
    onOpen: onOpen
      ? (key) => {
          const row = rowOf(key);
          if (row !== undefined) onOpen(row);
        }
      : undefined,
    onToggle: selection ? toggle : undefined,
    focusRow: (index) => {
      view.scrollTo(index);
      requestAnimationFrame(() => {
        scroller.current?.querySelector<HTMLElement>(`tr[aria-rowindex="${index + 2}"]`)?.focus();
      });
    },
  });
  const activate = onPeek ?? onOpen;
  const actions = useRowActions({
    activate: (key) => {
      const row = rowOf(key);
      if (row !== undefined) activate?.(row);
    },
    toggle,
    focus: (key) => {
      cursor.setActive(key);
      const row = onVisit && rowOf(key);
      if (row !== undefined) onVisit?.(row);
    },
    keyDown: cursor.onKeyDown,
  });
  const interactive = activate !== undefined || selection !== undefined;
  const span = columns.length + (selection ? 1 : 0);
  const scrolls = maxHeight !== undefined || shown.length > WINDOWED_FROM_ROWS;

  return (
    <div className="relative">
      {held.newerCount > 0 && <NewerBar count={held.newerCount} onShow={held.release} />}
      <div
        ref={scroller}
        onPointerMove={held.hold}
        onPointerLeave={held.release}
        className={clsx(scrolls && "overflow-y-auto")}
        style={scrolls ? { maxHeight: maxHeight ?? "calc(100vh - 220px)" } : undefined}
      >
        <table
          role={interactive ? "grid" : undefined}
          aria-label={label}
          aria-rowcount={rows === undefined ? -1 : shown.length + 1}
          aria-busy={rows === undefined && error === undefined}
          aria-multiselectable={selection ? true : undefined}
          className="w-full table-fixed border-separate border-spacing-0 [&_td]:border-b [&_td]:border-line [&_tr:last-child_td]:border-b-0"
        >
          <colgroup>
            {selection && <col style={{ width: "36px" }} />}
            {columns.map((column) => (
              <col key={column.id} style={column.width === undefined ? undefined : { width: column.width }} />
            ))}
          </colgroup>
          <DataTableHead
            columns={columns}
            sort={sort}
            onSortChange={onSortChange}
            selection={selection}
            keys={keys}
          />
          <tbody>
            {rows === undefined && error === undefined && (
              <SkeletonRows columns={columns} count={skeletonRows} leading={selection !== undefined} />
            )}
            <Spacer heightPx={view.beforePx} span={span} />
            {view.indexes.map((index) => {
              const row = shown[index];
              const key = keys[index];
              if (row === undefined || key === undefined) return null;
              return (
                <DataTableRow
                  key={key}
                  row={row}
                  rowId={key}
                  index={index}
                  columns={columns}
                  tone={look?.tone?.(row)}
                  active={cursor.activeKey === key}
                  opened={look?.openKey === key}
                  selected={selection?.selected.has(key)}
                  opens={activate !== undefined}
                  actions={actions}
                />
              );
            })}
            <Spacer heightPx={view.afterPx} span={span} />
          </tbody>
        </table>
        {error}
        {error === undefined && rows !== undefined && shown.length === 0 && empty}
        {footer}
      </div>
      {error === undefined && (rows === undefined || shown.length > 0) && (
        <div className="border-line text-muted flex h-8 items-center justify-between border-t pr-1.5 pl-3 text-xs">
          <span className="tabular">{!footer && rows !== undefined && rowWords(shown.length)}</span>
          <ExportMenu label={label} file={file} rows={rows} />
        </div>
      )}
    </div>
  );
}

function rowWords(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "row" : "rows"}`;
}

function NewerBar({ count, onShow }: { count: number; onShow: () => void }) {
  return (
    <button
      type="button"
      onClick={onShow}
      className="border-notice-line bg-notice-bg text-notice animate-appear absolute top-9 left-1/2 z-20 -translate-x-1/2 rounded-full border px-3 py-0.5 text-xs font-medium"
    >
      {formatCount(count)} newer
    </button>
  );
}

function Spacer({ heightPx, span }: { heightPx: number; span: number }) {
  if (heightPx <= 0) return null;
  return (
    <tr aria-hidden>
      <td colSpan={span} style={{ height: heightPx, padding: 0, border: 0 }} />
    </tr>
  );
}

interface SkeletonRowsProps<Row> {
  columns: readonly Column<Row>[];
  count: number;
  leading: boolean;
}

const SKELETON_WIDTHS = ["w-3/5", "w-2/5", "w-1/2", "w-2/3"];

function SkeletonRows<Row>({ columns, count, leading }: SkeletonRowsProps<Row>) {
  return Array.from({ length: count }, (_, index) => (
    <tr key={index} aria-hidden className="h-(--row-height)">
      {leading && <td />}
      {columns.map((column, place) => (
        <td key={column.id} className="px-2 first:pl-3 last:pr-3">
          <Skeleton
            className={clsx(
              "h-3",
              column.align === "right" && "ml-auto",
              SKELETON_WIDTHS[(index + place) % SKELETON_WIDTHS.length],
            )}
          />
        </td>
      ))}
    </tr>
  ));
}
