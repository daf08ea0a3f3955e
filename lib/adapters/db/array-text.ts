/** numberArray writes numbers as PostgreSQL reads an array: `{1,NULL,3}`. */
export function numberArray(values: readonly (bigint | number | null)[]): string {
  let text = "{";
  let comma = "";
  for (const value of values) {
    text += value === null ? `${comma}NULL` : `${comma}${value.toString()}`;
    comma = ",";
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
  let comma = "";
  // In most columns one text stands many times in a row.
  let last: string | null = null;
  let quoted = "NULL";
  for (const value of values) {
    if (value !== last) {
      quoted = value === null ? "NULL" : elementOf(value);
      last = value;
    }
    text += comma + quoted;
    comma = ",";
  }
  return `${text}}`;
}

/** storableText is a text as PostgreSQL can hold it: a NUL reads U+FFFD. */
export function storableText(value: string): string {
  return value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
}

/** What needs no quotes in an array: the client writes every one of them twice. */
const BARE = /^(?!null$)[\w.:@/-](?:[\w.:@/ -]*[\w.:@/-])?$/i;

const elementOf = (value: string): string => (BARE.test(value) ? value : `"${escaped(value)}"`);

function escaped(value: string): string {
  const storable = storableText(value);
  return /["\\]/.test(storable) ? storable.replace(/["\\]/g, "\\$&") : storable;
}
