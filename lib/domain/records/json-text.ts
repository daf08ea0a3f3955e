/** What a JSON reviver is told of a number besides its value: the text that it was written as. */
interface Source {
  source?: string;
}

/** A run of digits that may be a number which a double cannot hold. */
const LONG_NUMBER = /\d{16}/;

/** Telling how each number was written takes ten times as long: of longer text, a second and more. */
const LONGEST_EXACT = 2 * 1024 * 1024;

/**
 * parseJson reads JSON text; integers that a double cannot hold become bigint, so that ids keep every digit, in text
 * of up to 2 million characters. Throws SyntaxError, whose message may quote the text: it is never shown.
 */
export function parseJson(text: string): unknown {
  const exact = text.length <= LONGEST_EXACT && LONG_NUMBER.test(text);
  return exact ? (JSON.parse(text, exactly) as unknown) : (JSON.parse(text) as unknown);
}

function exactly(_name: string, value: unknown, context?: Source): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  const written = context?.source ?? "";
  return /^-?\d+$/.test(written) ? BigInt(written) : value;
}

const rawJson = (text: string): unknown =>
  (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(text);

/** What may be a number of JSON text; some of a string's characters may look so too. */
const NUMBERS = /(?:^|[[:,\s])(-?\d[\d.eE+-]*)(?=[\s,\]}]|$)/g;

/** Whether a number stands there otherwise than JavaScript would write it. */
function hasOddNumber(text: string): boolean {
  for (const [, written = ""] of text.matchAll(NUMBERS)) if (String(Number(written)) !== written) return true;
  return false;
}

/**
 * rewriteJson reads JSON text and writes it again with `change` applied to the whole; each number is written as it
 * was. null where the text is too long for that. Throws SyntaxError for what is not JSON.
 */
export function rewriteJson(text: string, change: (value: unknown) => unknown): string | null {
  if (!hasOddNumber(text)) return JSON.stringify(change(JSON.parse(text)));
  if (text.length > LONGEST_EXACT) return null;
  const value = JSON.parse(text, (_name, each: unknown, context?: Source) =>
    typeof each === "number" && context?.source !== undefined && context.source !== String(each)
      ? rawJson(context.source)
      : each,
  ) as unknown;
  return JSON.stringify(change(value));
}

/** isRawNumber tells a number that {@link rewriteJson} keeps as it was written. */
export const isRawNumber = (value: object): value is { rawJSON: string } =>
  (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON(value);

/** whereJsonFails is a sentence on why text is not JSON, without quoting it. */
export function whereJsonFails(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  const at = /position (\d+)/.exec(message)?.[1];
  if (at !== undefined) return `It is not JSON: it cannot be read at character ${at}.`;
  return /unexpected end/i.test(message) ? "It is not JSON: it ends too early." : "It is not JSON.";
}

/** writeJson is the JSON text of a value in which a bigint stands for an integer of any size. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) =>
    typeof each === "bigint" ? rawJson(String(each)) : each,
  );
}
