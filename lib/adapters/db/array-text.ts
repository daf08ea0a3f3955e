/** numberArray writes numbers as PostgreSQL reads an array: `{1,NULL,3}`. */
export function numberArray(values: readonly (bigint | number | null)[]): string {
  let text = "{";
  for (const [index, value] of values.entries()) {
    if (index > 0) text += ",";
    text += value === null ? "NULL" : value.toString();
  }
  return `${text}}`;
}

/** timeArray writes instants, epoch ms, as PostgreSQL reads an array of timestamps. */
export function timeArray(values: readonly (number | null)[]): string {
  return `{${values.map((at) => (at === null ? "NULL" : `"${new Date(at).toISOString()}"`)).join(",")}}`;
}

/** textArray writes texts as PostgreSQL reads an array. A NUL, which its text cannot hold, reads U+FFFD. */
export function textArray(values: readonly (string | null)[]): string {
  let text = "{";
  for (const [index, value] of values.entries()) {
    if (index > 0) text += ",";
    text += value === null ? "NULL" : `"${escaped(value)}"`;
  }
  return `${text}}`;
}

/** storableText is a text as PostgreSQL can hold it: a NUL reads U+FFFD. */
export function storableText(value: string): string {
  return value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
}

function escaped(value: string): string {
  const storable = storableText(value);
  return /["\\]/.test(storable) ? storable.replace(/["\\]/g, "\\$&") : storable;
}
