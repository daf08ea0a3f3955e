import type { FilterPlace, FilterTerm, PathOperator } from "#lib/domain/records/record-search.ts";

/** The kinds of condition, in the order offered. */
export const TERM_OPTIONS = [
  { value: "path", label: "JSON path", hint: "order.lines[0].sku = A-1" },
  { value: "header", label: "Header", hint: "by name, and by value where given" },
  { value: "key", label: "Key", hint: "the whole key, as text" },
  { value: "text", label: "Text", hint: "somewhere in key, value or headers" },
  { value: "regex", label: "Pattern", hint: "RE2 syntax, linear in the text" },
  {
    value: "cel",
    label: "Expression",
    hint: "CEL over key, value, headers, topic, partition, offset, timestamp",
  },
] as const satisfies readonly { value: FilterTerm["kind"]; label: string; hint: string }[];

/** PLACE_OPTIONS: where a text or a pattern is looked for. */
export const PLACE_OPTIONS = [
  { value: "any", label: "anywhere" },
  { value: "key", label: "in the key" },
  { value: "value", label: "in the value" },
  { value: "headers", label: "in headers" },
] as const satisfies readonly { value: FilterPlace; label: string }[];

/** OPERATOR_WORDS name the operators of a path. */
export const OPERATOR_WORDS: Readonly<Record<PathOperator, string>> = {
  "=": "=",
  "!=": "≠",
  "<": "<",
  "<=": "≤",
  ">": ">",
  ">=": "≥",
  contains: "contains",
  exists: "exists",
};

/** newTerm is an empty condition of a kind. */
export function newTerm(kind: FilterTerm["kind"]): FilterTerm {
  switch (kind) {
    case "text":
      return { kind, in: "any", text: "", matchCase: true };
    case "key":
      return { kind, key: "" };
    case "header":
      return { kind, name: "", value: null };
    case "path":
      return { kind, in: "value", path: "", operator: "=", value: "" };
    case "regex":
      return { kind, in: "any", pattern: "" };
    case "cel":
      return { kind, expression: "" };
  }
}

/** termFault says what a condition lacks before it can be asked; null where nothing. */
export function termFault(term: FilterTerm): string | null {
  switch (term.kind) {
    case "text":
      return term.text === "" ? "Give the text to look for." : null;
    case "key":
      return null;
    case "header":
      return term.name === "" ? "Give the header's name." : null;
    case "path":
      return term.path.trim() === "" ? "Give the path into the JSON." : null;
    case "regex":
      return term.pattern === "" ? "Give the pattern." : null;
    case "cel":
      return term.expression.trim() === "" ? "Give the expression." : null;
  }
}

/** termWords is a condition in a few words: `order.id = 7`. */
export function termWords(term: FilterTerm): string {
  switch (term.kind) {
    case "text":
      return `“${term.text}” ${placeWords(term.in)}`;
    case "key":
      return `key = ${term.key}`;
    case "header":
      return term.value === null ? `header ${term.name}` : `header ${term.name} = ${term.value}`;
    case "path": {
      const path = `${term.in === "key" ? "key: " : ""}${term.path} ${OPERATOR_WORDS[term.operator]}`;
      return term.operator === "exists" ? path : `${path} ${term.value}`;
    }
    case "regex":
      return `/${term.pattern}/ ${placeWords(term.in)}`;
    case "cel":
      return term.expression;
  }
}

function placeWords(place: FilterPlace): string {
  return PLACE_OPTIONS.find(({ value }) => value === place)?.label ?? place;
}
