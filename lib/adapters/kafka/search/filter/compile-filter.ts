import { CelFailure, compileCel } from "#lib/adapters/kafka/search/filter/cel.ts";
import { compilePattern } from "#lib/adapters/kafka/search/filter/regex.ts";
import type { RecordFields } from "#lib/adapters/kafka/search/record-fields.ts";
import { parsePath } from "#lib/domain/records/json-path.ts";
import { hidesHeader, hidesPath, type TopicMask } from "#lib/domain/records/masking.ts";
import { pathMatches } from "#lib/domain/records/path-term.ts";
import type { FilterPlace, FilterTerm } from "#lib/domain/records/record-search.ts";
import { SearchRefused } from "#lib/domain/records/search-refused.ts";

/** One compiled condition. `matches` throws CelFailure, and SchemaNeeded. */
export interface CompiledTerm {
  /** Terms that cost less are asked first. */
  cost: number;
  /** Bytes that must stand in a record that matches; null where none are known. */
  needle: Buffer | null;
  matches(record: RecordFields): boolean;
}

/** The conditions of a search, compiled for the topics of one mask. */
export interface CompiledFilter {
  /** Whether uncompressed bytes may hold a record that matches; null where bytes do not tell. */
  prefilter: ((bytes: Buffer) => boolean) | null;
  /** Whether a record meets every term; one that cannot be told is not met. Throws SchemaNeeded. */
  matches(record: RecordFields): boolean;
  /** Whether terms may take long at one record, so that the clock is looked at after each. */
  slow: boolean;
}

/**
 * compileFilter compiles terms for a topic. Terms see masked fields as they are shown, and one that asks for a masked
 * field alone is refused: it would tell what the mask hides. Throws SearchRefused, which names the term.
 */
export function compileFilter(terms: readonly FilterTerm[], mask: TopicMask): CompiledFilter {
  const compiled = terms
    .map((term, index) => compileTerm(term, mask, index))
    .toSorted((a, b) => a.cost - b.cost);
  // A masked text differs from its bytes.
  const needles = mask.any ? [] : compiled.flatMap(({ needle }) => (needle === null ? [] : [needle]));
  return {
    prefilter: needles.length === 0 ? null : (bytes) => needles.every((needle) => bytes.includes(needle)),
    matches: (record) => compiled.every((term) => meets(term, record)),
    slow: compiled.some(({ cost }) => cost >= COST.path),
  };
}

function meets(term: CompiledTerm, record: RecordFields): boolean {
  try {
    return term.matches(record);
  } catch (error) {
    if (error instanceof CelFailure) return false;
    throw error;
  }
}

const COST = { bytes: 0, text: 1, path: 2, regex: 3, cel: 4 };

/** compileTerm compiles one term; `index` is named when it is refused. */
export function compileTerm(term: FilterTerm, mask: TopicMask, index: number): CompiledTerm {
  try {
    switch (term.kind) {
      case "text":
        return textTerm(term, mask);
      case "key":
        return keyTerm(term.key, mask);
      case "header":
        return headerTerm(term, mask);
      case "path":
        return pathTerm(term, mask);
      case "regex":
        return regexTerm(term, mask);
      case "cel":
        return celTerm(term.expression);
    }
  } catch (error) {
    if (!(error instanceof SearchRefused)) throw error;
    throw new SearchRefused(error.code, `Condition ${index + 1}: ${error.message}`, index);
  }
}

const refuse = (message: string): never => {
  throw new SearchRefused("filter_invalid", message);
};

/** What is hidden whole answers no question; what is hidden in part answers as it is shown. */
function refuseHidden(place: FilterPlace, mask: TopicMask): void {
  if ((place === "key" || place === "value") && mask[place].kind === "whole")
    refuse(`The ${place} is masked in a topic of this search, and no condition can read it.`);
}

function textTerm(
  { in: place, text, matchCase }: Extract<FilterTerm, { kind: "text" }>,
  mask: TopicMask,
): CompiledTerm {
  refuseHidden(place, mask);
  if (!matchCase) {
    const lower = text.toLowerCase();
    const matches = (record: RecordFields): boolean =>
      textsIn(record, place).some((each) => each.toLowerCase().includes(lower));
    return { cost: COST.text, needle: null, matches };
  }
  if (mask.any)
    return {
      cost: COST.text,
      needle: null,
      matches: (record) => textsIn(record, place).some((each) => each.includes(text)),
    };
  const needle = Buffer.from(text);
  return { cost: COST.bytes, needle, matches: (record) => bytesInclude(record, place, needle) };
}

/** Without masks, bytes are searched as they lie: UTF-8 text within any format is found. */
function bytesInclude({ view }: RecordFields, place: FilterPlace, needle: Buffer): boolean {
  const inKey = place === "key" || place === "any";
  const inValue = place === "value" || place === "any";
  if (inValue && view.value?.includes(needle) === true) return true;
  if (inKey && view.key?.includes(needle) === true) return true;
  if (place !== "headers" && place !== "any") return false;
  return view.headers.some(
    ({ nameBytes, value }) => nameBytes.includes(needle) || value?.includes(needle) === true,
  );
}

function textsIn(record: RecordFields, place: FilterPlace): string[] {
  const texts: (string | null)[] = [];
  if (place === "key" || place === "any") texts.push(record.text("key"));
  if (place === "value" || place === "any") texts.push(record.text("value"));
  if (place === "headers" || place === "any")
    for (const { name, value } of record.headers()) texts.push(name, value?.text ?? null);
  return texts.filter((each) => each !== null);
}

function keyTerm(key: string, mask: TopicMask): CompiledTerm {
  if (mask.key.kind !== "none")
    refuse("The key is masked in a topic of this search, and no condition can read it.");
  const wanted = Buffer.from(key);
  return {
    cost: COST.bytes,
    needle: wanted.length === 0 ? null : wanted,
    matches: ({ view }) => view.key?.equals(wanted) === true,
  };
}

function headerTerm({ name, value }: Extract<FilterTerm, { kind: "header" }>, mask: TopicMask): CompiledTerm {
  if (value !== null && hidesHeader(mask, name))
    refuse(`The header ${name} is masked in a topic of this search; only its presence can be asked for.`);
  const matches = (record: RecordFields): boolean => {
    if (!record.view.headers.some((header) => header.name === name)) return false;
    return (
      value === null ||
      record.headers().some((header) => header.name === name && header.value?.text === value)
    );
  };
  return { cost: COST.text, needle: Buffer.from(name), matches };
}

function pathTerm(term: Extract<FilterTerm, { kind: "path" }>, mask: TopicMask): CompiledTerm {
  const parsed = parsePath(term.path);
  if (!parsed.ok) return refuse(parsed.reason);
  const { steps } = parsed;
  if (hidesPath(mask[term.in], steps))
    refuse(`The path ${term.path} leads to a field that is masked in a topic of this search.`);
  const comparison = { steps, operator: term.operator, value: term.value };
  return {
    cost: COST.path,
    needle: null,
    matches(record) {
      const json = record.json(term.in);
      return json !== undefined && pathMatches(json, comparison);
    },
  };
}

function regexTerm(
  { in: place, pattern }: Extract<FilterTerm, { kind: "regex" }>,
  mask: TopicMask,
): CompiledTerm {
  refuseHidden(place, mask);
  const found = compilePattern(pattern);
  return { cost: COST.regex, needle: null, matches: (record) => textsIn(record, place).some(found) };
}

function celTerm(expression: string): CompiledTerm {
  const { reads, ...filter } = compileCel(expression);
  const headers = reads.has("headers");
  return {
    cost: COST.cel,
    needle: null,
    matches: (record) =>
      filter.matches({
        key: reads.has("key") ? record.jsonOrText("key") : null,
        value: reads.has("value") ? record.jsonOrText("value") : null,
        headers: new Map(
          headers ? record.headers().map(({ name, value }) => [name, value?.text ?? null]) : [],
        ),
        topic: record.reading.topic,
        partition: BigInt(record.partition),
        offset: record.view.offset,
        timestamp: record.view.timestamp === null ? null : new Date(Number(record.view.timestamp)),
      }),
  };
}
