import { valuesAt, type PathStep } from "#lib/domain/records/json-path.ts";
import type { PathOperator } from "#lib/domain/records/record-search.ts";

/** A comparison of what a path finds, its path read and its value as it was typed. */
export interface PathComparison {
  steps: readonly PathStep[];
  operator: PathOperator;
  value: string;
}

/** What was typed, as each kind of JSON value may be compared with it. */
interface Wanted {
  text: string;
  /** null where it is no number, or stands in quotes. */
  number: number | bigint | null;
  /** In quotes: strings alone are meant. */
  quoted: boolean;
}

/**
 * pathMatches compares what a path finds in a JSON value. Any of several will do, save for `!=`, which asks that
 * something is found and nothing of it equals. Numbers compare as numbers, digits in a string too where the value is a
 * number; in quotes strings alone are meant; `contains` looks into strings and lists.
 */
export function pathMatches(json: unknown, { steps, operator, value }: PathComparison): boolean {
  const found = valuesAt(json, steps);
  if (found.length === 0) return false;
  const wanted = readWanted(value);
  switch (operator) {
    case "exists":
      return true;
    case "=":
      return found.some((each) => equals(each, wanted));
    case "!=":
      return !found.some((each) => equals(each, wanted));
    case "contains":
      return found.some((each) => contains(each, wanted));
    default:
      return found.some((each) => ordered(each, operator, wanted));
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

function readWanted(typed: string): Wanted {
  if (typed.length >= 2 && typed.startsWith('"') && typed.endsWith('"'))
    return { text: typed.slice(1, -1), number: null, quoted: true };
  return { text: typed, number: numberOf(typed), quoted: false };
}

function numberOf(text: string): number | bigint | null {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return null;
  const value = Number(trimmed);
  return /^[+-]?\d+$/.test(trimmed) && !Number.isSafeInteger(value)
    ? BigInt(trimmed.replace(/^\+/, ""))
    : value;
}

function equals(found: unknown, { text, number, quoted }: Wanted): boolean {
  if (typeof found === "string") return found === text;
  if (quoted) return false;
  if (typeof found === "number" || typeof found === "bigint")
    return number !== null && compare(found, number) === 0;
  if (typeof found === "boolean" || found === null) return String(found) === text;
  return false;
}

function contains(found: unknown, wanted: Wanted): boolean {
  if (typeof found === "string") return found.includes(wanted.text);
  return Array.isArray(found) && found.some((each) => equals(each, wanted));
}

function ordered(found: unknown, operator: "<" | "<=" | ">" | ">=", { text, number }: Wanted): boolean {
  let sign: number;
  if (number === null) {
    if (typeof found !== "string") return false;
    sign = found < text ? -1 : found > text ? 1 : 0;
  } else {
    const value = typeof found === "string" ? numberOf(found) : found;
    if (typeof value !== "number" && typeof value !== "bigint") return false;
    sign = compare(value, number);
  }
  return operator === "<"
    ? sign < 0
    : operator === "<="
      ? sign <= 0
      : operator === ">"
        ? sign > 0
        : sign >= 0;
}

const compare = (a: number | bigint, b: number | bigint): number => (a < b ? -1 : a > b ? 1 : 0);
