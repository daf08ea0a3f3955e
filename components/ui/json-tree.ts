/** A JSON value as it was written: names may repeat, and a number keeps every digit. */
export type JsonNode =
  | { kind: "object"; entries: readonly { name: string; value: JsonNode }[] }
  | { kind: "array"; items: readonly JsonNode[] }
  | { kind: "string"; text: string }
  /** A number, `true`, `false` or `null`, as written. */
  | { kind: "literal"; text: string };

/** Deeper JSON is shown as text: a tree of it would help nobody. */
const MOST_DEPTH = 200;
const TOKEN =
  /[ \t\r\n]*(?:("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([[\]{},:]))/y;
const REST = /[ \t\r\n]*$/y;

/** What parsing JSON text gave up on. Never leaves this module. */
class NotJson extends Error {}

/**
 * parseJsonTree reads JSON text without losing anything of it, where `JSON.parse` rounds long numbers and keeps only
 * the last of a repeated name. null where the text is no JSON, or nested deeper than 200.
 */
export function parseJsonTree(text: string): JsonNode | null {
  try {
    const reader = new Reader(text);
    const node = reader.value(0);
    return reader.atEnd() ? node : null;
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  atEnd(): boolean {
    REST.lastIndex = this.#at;
    return REST.test(this.#text);
  }

  value(depth: number): JsonNode {
    if (depth > MOST_DEPTH) throw new NotJson();
    const { string, literal, mark } = this.#next();
    if (string !== undefined) return { kind: "string", text: JSON.parse(string) as string };
    if (literal !== undefined) return { kind: "literal", text: literal };
    if (mark === "{") return this.#object(depth);
    if (mark === "[") return this.#array(depth);
    throw new NotJson();
  }

  #object(depth: number): JsonNode {
    const entries: { name: string; value: JsonNode }[] = [];
    if (this.#skip("}")) return { kind: "object", entries };
    for (;;) {
      const { string } = this.#next();
      if (string === undefined || !this.#skip(":")) throw new NotJson();
      entries.push({ name: JSON.parse(string) as string, value: this.value(depth + 1) });
      if (this.#skip("}")) return { kind: "object", entries };
      if (!this.#skip(",")) throw new NotJson();
    }
  }

  #array(depth: number): JsonNode {
    const items: JsonNode[] = [];
    if (this.#skip("]")) return { kind: "array", items };
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.#skip("]")) return { kind: "array", items };
      if (!this.#skip(",")) throw new NotJson();
    }
  }

  #next(): { string: string | undefined; literal: string | undefined; mark: string | undefined } {
    TOKEN.lastIndex = this.#at;
    const found = TOKEN.exec(this.#text);
    if (found === null) throw new NotJson();
    this.#at = TOKEN.lastIndex;
    return { string: found[1], literal: found[2], mark: found[3] };
  }

  #skip(mark: string): boolean {
    const before = this.#at;
    TOKEN.lastIndex = before;
    const found = TOKEN.exec(this.#text);
    if (found?.[3] !== mark) return false;
    this.#at = TOKEN.lastIndex;
    return true;
  }
}

/** jsonText is a tree as indented JSON, two spaces a level; numbers and order as they were written. */
export function jsonText(node: JsonNode, indent = ""): string {
  const inner = `${indent}  `;
  switch (node.kind) {
    case "string":
      return JSON.stringify(node.text);
    case "literal":
      return node.text;
    case "array":
      if (node.items.length === 0) return "[]";
      return `[\n${node.items.map((item) => inner + jsonText(item, inner)).join(",\n")}\n${indent}]`;
    case "object":
      if (node.entries.length === 0) return "{}";
      return `{\n${node.entries
        .map(({ name, value }) => `${inner}${JSON.stringify(name)}: ${jsonText(value, inner)}`)
        .join(",\n")}\n${indent}}`;
  }
}
