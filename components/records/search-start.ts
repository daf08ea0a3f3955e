import type { SearchEnd, SearchStart } from "#lib/domain/records/record-search.ts";

/** Where a search may begin, in the order offered. */
export const START_OPTIONS = [
  { value: "newest", label: "newest", hint: "Backward from the end" },
  { value: "oldest", label: "oldest", hint: "Forward from the beginning" },
  { value: "at", label: "a time", hint: "The first record at or after it" },
  { value: "offset", label: "an offset", hint: "In each partition" },
  { value: "group", label: "a group's commits", hint: "What the group reads next" },
  { value: "live", label: "now, live", hint: "What is written from now on" },
] as const satisfies readonly { value: string; label: string; hint: string }[];

export type StartKind = (typeof START_OPTIONS)[number]["value"];

/** Where a search may end before the end. */
export const END_OPTIONS = [
  { value: "end", label: "the end" },
  { value: "at", label: "a time" },
  { value: "offset", label: "an offset" },
] as const;

export type EndKind = (typeof END_OPTIONS)[number]["value"];

/** A kind and the value it needs, as the address keeps them: `newest`, `at:2026-11-22T10:00:00.000Z`, `offset:120`, `group:payments`. */
export interface Bound<Kind extends string> {
  kind: Kind;
  value: string;
}

function split(text: string): { kind: string; value: string } {
  const cut = text.indexOf(":");
  return cut < 0 ? { kind: text, value: "" } : { kind: text.slice(0, cut), value: text.slice(cut + 1) };
}

/** startBound reads where a search begins out of the address; what cannot be read is `newest`. */
export function startBound(text: string): Bound<StartKind> {
  const { kind, value } = split(text);
  const known = START_OPTIONS.find((option) => option.value === kind);
  return known === undefined ? { kind: "newest", value: "" } : { kind: known.value, value };
}

/** endBound reads where a search ends out of the address; what cannot be read is `end`. */
export function endBound(text: string): Bound<EndKind> {
  const { kind, value } = split(text);
  const known = END_OPTIONS.find((option) => option.value === kind);
  return known === undefined ? { kind: "end", value: "" } : { kind: known.value, value };
}

/** boundText is a bound as the address keeps it. */
export function boundText({ kind, value }: Bound<string>): string {
  return value === "" ? kind : `${kind}:${value}`;
}

/** searchStart is the start that a bound means; a sentence where its value is missing or cannot be read. */
export function searchStart({ kind, value }: Bound<StartKind>): SearchStart | string {
  switch (kind) {
    case "at": {
      const at = instantOf(value);
      return at === null ? "Give the time to begin at." : { kind: "time", at };
    }
    case "offset": {
      const offset = offsetOf(value);
      return offset === null ? "Give the offset to begin at, a whole number." : { kind: "offset", offset };
    }
    case "group":
      return value === "" ? "Give the group whose commits to begin at." : { kind: "group", group: value };
    default:
      return { kind };
  }
}

/** searchEnd is the end that a bound means; a sentence where its value is missing or cannot be read. */
export function searchEnd({ kind, value }: Bound<EndKind>): SearchEnd | string {
  switch (kind) {
    case "at": {
      const at = instantOf(value);
      return at === null ? "Give the time to end at." : { kind: "time", at };
    }
    case "offset": {
      const offset = offsetOf(value);
      return offset === null ? "Give the offset to end at, a whole number." : { kind: "offset", offset };
    }
    default:
      return { kind };
  }
}

function instantOf(text: string): number | null {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}

function offsetOf(text: string): bigint | null {
  return /^\d{1,19}$/.test(text) ? BigInt(text) : null;
}
