import { overlaps, parsePath, type PathStep } from "#lib/domain/records/json-path.ts";
import { isRawNumber, rewriteJson } from "#lib/domain/records/json-text.ts";
import { MASK, type MaskingRule } from "#lib/domain/records/record-search.ts";

/** A path of a masked field with its name as the rule writes it: `value.card.number`. */
interface MaskedPath {
  name: string;
  steps: PathStep[];
}

/** What of a key or a value is hidden: nothing, all, or what the paths find. */
export type FieldMask = { kind: "none" } | { kind: "whole" } | { kind: "paths"; paths: MaskedPath[] };

/** TopicMask is what the rules of a cluster hide in one topic. */
export interface TopicMask {
  /** Whether anything is hidden. */
  any: boolean;
  key: FieldMask;
  value: FieldMask;
  /** Names of hidden headers, in lower case; `*` stands for any characters. */
  headers: string[];
  /** Whether exception texts are hidden. */
  error: boolean;
}

const NONE: FieldMask = { kind: "none" };

/** A field of a rule as it is meant, or why it cannot be. */
type RuleField =
  | { kind: "part"; part: "key" | "value"; path: MaskedPath | null }
  | { kind: "header"; name: string }
  | { kind: "error" }
  | { kind: "refused"; reason: string };

function readRuleField(field: string): RuleField {
  if (field === "error") return { kind: "error" };
  const header = /^headers?\.(.+)$/.exec(field)?.[1];
  if (header !== undefined) return { kind: "header", name: header.toLowerCase() };
  const [, part, rest] = /^(key|value)($|[.[].*)/.exec(field) ?? [];
  if (part !== "key" && part !== "value")
    return {
      kind: "refused",
      reason: `"${field}" must be key, value, value.<path>, key.<path>, header.<name> or error`,
    };
  if (rest === undefined || rest === "") return { kind: "part", part, path: null };
  const path = parsePath(rest);
  if (!path.ok) return { kind: "refused", reason: path.reason };
  return { kind: "part", part, path: { name: field, steps: path.steps } };
}

/** ruleFieldProblem says why a field of a masking rule cannot be understood; null where it can. */
export function ruleFieldProblem(field: string): string | null {
  const read = readRuleField(field);
  return read.kind === "refused" ? read.reason : null;
}

/**
 * maskOfTopic gathers what the rules hide in a topic. A rule covers the topics that it names (`*` stands for any
 * characters) and those that copies of their records go to by name: retry, redrive and dead-letter topics. A field
 * that cannot be understood hides key and value whole.
 */
export function maskOfTopic(rules: readonly MaskingRule[], topic: string): TopicMask {
  const mask: TopicMask = { any: false, key: NONE, value: NONE, headers: [], error: false };
  for (const rule of rules) {
    if (!rule.topics.some((pattern) => covers(pattern, topic))) continue;
    for (const field of rule.fields) addField(mask, readRuleField(field));
  }
  return mask;
}

function addField(mask: TopicMask, field: RuleField): void {
  mask.any = true;
  if (field.kind === "error") mask.error = true;
  else if (field.kind === "header") mask.headers.push(field.name);
  else if (field.kind === "refused") [mask.key, mask.value] = [{ kind: "whole" }, { kind: "whole" }];
  else mask[field.part] = joined(mask[field.part], field.path);
}

function joined(mask: FieldMask, path: MaskedPath | null): FieldMask {
  if (mask.kind === "whole" || path === null || path.steps.length === 0) return { kind: "whole" };
  return { kind: "paths", paths: [...(mask.kind === "paths" ? mask.paths : []), path] };
}

const COPIES = "([._-](retry|redrive|dlt|dlq|dead-letter|deadletter|error)s?([._-].*)?)?";

function covers(pattern: string, topic: string): boolean {
  return globToRegExp(pattern, COPIES).test(topic);
}

function globToRegExp(pattern: string, behind: string): RegExp {
  const body = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${body.join(".*")}${behind}$`, "i");
}

/** Headers that hold the text of an exception in one of the dead-letter dialects. */
const ERROR_HEADER =
  /(exception|error|fault|dead-letter|dlt|dlq|poisoned|delayed).*(message|stack|reason|cause|text|info)|^reason_poisoned$|(^|[._-])exception$/i;
/** Those of them that name a class: the kit's and Kafka Streams' are told by their full names. */
const CLASS_HEADER =
  /(fqcn|class(-|\.)?(name)?|type)$|^dlt-(exception|cause)$|^__streams\.errors\.exception$/i;

/** isErrorHeader tells a header that holds the text of an exception, by its name. */
export const isErrorHeader = (name: string): boolean => ERROR_HEADER.test(name) && !CLASS_HEADER.test(name);

/** hidesHeader tells whether a mask hides the value of a header. */
export function hidesHeader(mask: TopicMask, name: string): boolean {
  if (mask.error && isErrorHeader(name)) return true;
  return mask.headers.some((pattern) => globToRegExp(pattern, "").test(name));
}

/** hidesPath tells whether a path into the key or value leads to, into or over a hidden field. */
export function hidesPath(mask: FieldMask, steps: readonly PathStep[]): boolean {
  if (mask.kind === "none") return false;
  return mask.kind === "whole" || mask.paths.some((each) => overlaps(each.steps, steps));
}

/** Text of a key or value after masking. */
export interface MaskedText {
  text: string;
  /** The fields that were replaced, as the rules name them. */
  masked: string[];
  /** What stood there, for looking for quotes of it elsewhere; never shown. */
  hidden: string[];
}

/** A quote that is shorter than this is not told from chance. */
const SHORTEST_QUOTE = 4;
const MOST_QUOTES = 100;

/**
 * maskText applies a mask to the text of a key or value. `json` says that the text is JSON; where paths are hidden
 * and it is not, or is too long, all of it is replaced, since nobody can tell where the field stands.
 */
export function maskText(
  text: string,
  mask: FieldMask,
  at: { part: "key" | "value"; json: boolean },
): MaskedText {
  if (mask.kind === "none") return { text, masked: [], hidden: [] };
  const whole: MaskedText = { text: MASK, masked: [at.part], hidden: quotable(text) };
  if (mask.kind === "whole" || !at.json) return whole;
  const masked = new Set<string>();
  const hidden: string[] = [];
  try {
    const rewritten = rewriteJson(text, (value) =>
      mask.paths.reduce((changed, { name, steps }) => {
        const replace = (found: unknown): string => {
          masked.add(name);
          collectLeaves(found, hidden);
          return MASK;
        };
        return replaceAt(changed, steps, replace);
      }, value),
    );
    if (rewritten === null) return whole;
    // Never the text as it was: a name that stands there twice is read once, and the other could hold the field.
    return { text: rewritten, masked: [...masked], hidden };
  } catch (error) {
    if (error instanceof SyntaxError) return whole;
    throw error;
  }
}

function replaceAt(value: unknown, steps: readonly PathStep[], replace: (found: unknown) => string): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return replace(value);
  if (typeof value !== "object" || value === null || isRawNumber(value)) return value;
  const holder = value as Record<string, unknown>;
  for (const name of Object.keys(value)) {
    if (!meets(step, name, Array.isArray(value))) continue;
    const changed = replaceAt(holder[name], rest, replace);
    // An assignment to `__proto__` would set the prototype.
    Object.defineProperty(holder, name, {
      value: changed,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return value;
}

function meets(step: PathStep, name: string, inArray: boolean): boolean {
  if (step.kind === "each") return true;
  return inArray
    ? step.kind === "index" && String(step.index) === name
    : step.kind === "name" && step.name === name;
}

function collectLeaves(value: unknown, into: string[]): void {
  if (into.length >= MOST_QUOTES) return;
  if (typeof value === "string") into.push(...quotable(value));
  else if (typeof value === "number" || typeof value === "bigint") into.push(...quotable(String(value)));
  else if (typeof value === "object" && value !== null) {
    if (isRawNumber(value)) into.push(...quotable(value.rawJSON));
    else for (const each of Object.values(value)) collectLeaves(each, into);
  }
}

const quotable = (text: string): string[] => (text.length >= SHORTEST_QUOTE ? [text] : []);

/** hideQuotes replaces each quote of hidden text, so that an error text does not tell what the value may not. */
export function hideQuotes(text: string, hidden: readonly string[]): string {
  return hidden.reduce((shown, each) => shown.replaceAll(each, MASK), text);
}

/** maskError is an exception's text as it may be shown: the mask where a rule covers the errors of the topic. */
export function maskError(rules: readonly MaskingRule[], topic: string, text: string): string {
  return text !== "" && maskOfTopic(rules, topic).error ? MASK : text;
}
