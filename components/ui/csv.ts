/** A cell of a CSV file. `null` is an empty cell. */
export type CsvCell = string | number | bigint | null;

const FORMULA_START = /^[=+\-@\t\r\n|＝＋－＠]/;

function cellText(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell !== "string") return String(cell);
  const guarded = FORMULA_START.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
}

/**
 * A CSV text (RFC 4180, CRLF). Text that a spreadsheet would run as a formula gets a leading apostrophe
 * (OWASP, CSV injection); numbers stay numbers.
 */
export function toCsv(head: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [head, ...rows].map((row) => row.map(cellText).join(",")).join("\r\n") + "\r\n";
}

/** Hands a text to the browser as a file; its type is told by the name's ending. */
export function downloadText(fileName: string, text: string): void {
  const type = fileName.endsWith("json") ? "application/json" : "text/csv;charset=utf-8";
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
