import { toCsv, type CsvCell } from "./csv.ts";

/** A value of a file; instants are ISO 8601 texts, offsets (`bigint`) keep every digit. */
type FileValue = string | number | bigint | boolean | null | readonly string[];

/** One column of a file: a name with its unit last (`time_lag_ms`), and what a row has there. */
export interface FileColumn<Row> {
  name: string;
  value: (row: Row) => FileValue;
}

/** A list as a file: the same columns whatever the window has room for. */
export interface TableFile<Row> {
  /** What the file's name is made of: cluster, then list. */
  name: readonly string[];
  columns: readonly FileColumn<Row>[];
  /** Reads all rows as filtered and sorted, where the list is read page by page. Rejects with ApiError. */
  readAll?: () => Promise<readonly Row[]>;
  /** Offered as NDJSON too: a line a row, for what a script reads. */
  ndjson?: boolean;
}

/** The forms a list is handed out in. */
export type FileForm = "csv" | "json" | "ndjson";

/** instantText is an instant for a file: ISO 8601 in UTC; null stays null. */
export function instantText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** fileText is the rows as CSV with a head, a JSON array of objects, or an object a line; `bigint` is a decimal text in JSON. */
export function fileText<Row>(
  form: FileForm,
  columns: readonly FileColumn<Row>[],
  rows: readonly Row[],
): string {
  if (form !== "csv") {
    const items = rows.map((row) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])));
    if (form === "json") return `${JSON.stringify(items, withoutBigint, 2)}\n`;
    return items.map((item) => `${JSON.stringify(item, withoutBigint)}\n`).join("");
  }
  return toCsv(
    columns.map(({ name }) => name),
    rows.map((row) => columns.map(({ value }) => cellOf(value(row)))),
  );
}

const withoutBigint = (_: string, value: unknown): unknown =>
  typeof value === "bigint" ? value.toString() : value;

function cellOf(value: FileValue): CsvCell {
  if (typeof value === "boolean") return String(value);
  if (typeof value === "object" && value !== null) return value.join(" ");
  return value;
}

/** fileName is `staging-groups-20261122T104207Z.csv`: what it is, and when it was taken; safe on every disk. */
export function fileName(parts: readonly string[], at: number, form: FileForm): string {
  const words = parts.map((part) => part.replaceAll(/[^\p{L}\p{N}._]+/gu, "-").replaceAll(/^[-.]+|-+$/g, ""));
  const instant = new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, "");
  return `${[...words.filter((word) => word !== ""), `${instant}Z`].join("-").slice(-200)}.${form}`;
}
