/** Sixteen bytes of a dump. */
export interface HexRow {
  /** Of the first byte, in hexadecimal digits: `000000a0`. */
  at: string;
  /** Two digits a byte, parted by spaces, a wider gap after the eighth. */
  digits: string;
  /** Printable ASCII; a dot for the rest. */
  ascii: string;
}

const BYTES_A_ROW = 16;

/** hexRows is a dump of bytes that are written as hexadecimal digits, with blanks or without. An odd last digit is left out. */
export function hexRows(hex: string): HexRow[] {
  const bytes = hex.replaceAll(/[^0-9a-fA-F]/g, "").match(/../g) ?? [];
  const rows: HexRow[] = [];
  for (let at = 0; at < bytes.length; at += BYTES_A_ROW) {
    const row = bytes.slice(at, at + BYTES_A_ROW).map((byte) => byte.toLowerCase());
    rows.push({
      at: at.toString(16).padStart(8, "0"),
      digits: [row.slice(0, 8), row.slice(8)]
        .filter((half) => half.length > 0)
        .map((half) => half.join(" "))
        .join("  "),
      ascii: row.map(asciiOf).join(""),
    });
  }
  return rows;
}

function asciiOf(byte: string): string {
  const code = Number.parseInt(byte, 16);
  return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : ".";
}
