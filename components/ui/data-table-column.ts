import type { ReactNode } from "react";

import type { Tone } from "./tone.ts";

/** One column of a DataTable. */
export interface Column<Row> {
  /** Stable name; also what `sort.column` says. */
  id: string;
  /** Visible head; keep it to a word or two. */
  header: string;
  /** How the number is computed; on hover of the head. */
  hint?: string;
  /** What the row shows here. Keep it one line high. */
  cell: (row: Row) => ReactNode;
  /** Numbers stand right. */
  align?: "left" | "right";
  /** CSS width (`120px`, `24%`). Columns without one share what is left. */
  width?: string;
  sortable?: boolean;
  /** The order of the first click; `desc` for numbers, where the greatest is the news. */
  firstOrder?: "asc" | "desc";
}

/** The order in force: a column's id and its direction. */
export interface SortState {
  column: string;
  order: "asc" | "desc";
}

/** Rows the user ticked, by key. */
export interface Selection {
  selected: ReadonlySet<string>;
  onChange: (selected: ReadonlySet<string>) => void;
}

/** What a row looks like beside its cells. */
export interface RowLook<Row> {
  /** A hairline at the left edge in this tone: what is wrong stands out before it is read. */
  tone?: (row: Row) => Tone | undefined;
  /** The row shown in the drawer, by key. */
  openKey?: string | undefined;
}
