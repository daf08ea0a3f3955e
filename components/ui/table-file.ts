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
}

/** The forms a list is handed out in. */
export type FileForm = "csv" | "json";

/** instantText is an instant for a file: ISO 8601 in UTC; null stays null. */
export function instantText(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** fileText is the rows as CSV with a head, or as a JSON array of objects; `bigint` is a decimal text in JSON. */
export function fileText<Row>(
  form: FileForm,
  columns: readonly FileColumn<Row>[],
  rows: readonly Row[],
): string {
  if (form === "json") {
    const items = rows.map((row) => Object.fromEntries(columns.map(({ name, value }) => [name, value(row)])));
    return `${JSON.stringify(items, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value), 2)}\n`;
  }
  return toCsv(
    columns.map(({ name }) => name),
    rows.map((row) => columns.map(({ value }) => cellOf(value(row)))),
  );
}

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
