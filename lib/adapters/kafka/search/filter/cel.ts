import { Environment, type ASTNode } from "@marcbachmann/cel-js";
import { compilePattern, type TextPattern } from "#lib/adapters/kafka/search/filter/regex.ts";
import { SearchRefused } from "#lib/domain/records/search-refused.ts";

/** What an expression may name. */
interface CelRecord {
  key: unknown;
  value: unknown;
  headers: Map<string, string | null>;
  topic: string;
  partition: bigint;
  offset: bigint;
  timestamp: Date | null;
}

/** Names an expression may use, with their types; `key` and `value` are JSON where they hold JSON, else text. */
const VARIABLES = {
  key: "dyn",
  value: "dyn",
  headers: "map<string, dyn>",
  topic: "string",
  partition: "int",
  offset: "int",
  timestamp: "dyn",
} as const;

/** A compiled expression; throws CelFailure where it cannot be told for a record. */
export interface CelFilter {
  /** Which of the variables it names. */
  reads: ReadonlySet<keyof CelRecord>;

  matches(record: CelRecord): boolean;
}

/** CelFailure says why an expression has no answer for one record: a name that is not there, kinds that do not compare. */
export class CelFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CelFailure";
  }
}

const LIMITS = {
  maxAstNodes: 500,
  maxDepth: 50,
  maxListElements: 500,
  maxMapEntries: 200,
  maxCallArguments: 16,
};
/** What `matches` is called inside: the library's own runs on native regular expressions, which backtrack. */
const LINEAR_MATCHES = "re2Matches";

/**
 * compileCel compiles a CEL expression that answers true or false. `matches` is RE2, numbers of JSON calculate with
 * whole numbers (`value.qty * 2`). Throws SearchRefused with a sentence on what cannot be read.
 */
export function compileCel(expression: string): CelFilter {
  const environment = makeEnvironment();
  try {
    const rewritten = linearMatches(expression, environment.parse(expression).ast);
    const program = environment.parse(rewritten);
    if (nodesOf(program.ast).some((node) => isCallOf(node, "matches")))
      throw new SearchRefused(
        "filter_invalid",
        "The expression calls matches in a way that cannot be made safe.",
      );
    const checked = program.check();
    if (!checked.valid) throw checked.error ?? new Error("it does not fit together");
    if (checked.type !== "bool" && checked.type !== "dyn")
      throw new SearchRefused(
        "filter_invalid",
        `The expression must answer true or false; it answers ${checked.type ?? "nothing"}.`,
      );
    return { reads: variablesOf(program.ast), matches: (record) => evaluate(program, record) };
  } catch (error) {
    if (error instanceof SearchRefused) throw error;
    throw new SearchRefused("filter_invalid", `The expression cannot be read: ${firstLine(error)}.`);
  }
}

function evaluate(program: (context?: Record<string, unknown>) => unknown, record: CelRecord): boolean {
  let answer: unknown;
  try {
    answer = program({ ...record });
  } catch (error) {
    throw new CelFailure(firstLine(error));
  }
  if (typeof answer === "boolean") return answer;
  throw new CelFailure("The expression does not answer true or false for this record");
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)).replace(/\.$/, "");

function makeEnvironment(): Environment {
  const environment = new Environment({
    limits: LIMITS,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
  });
  for (const [name, type] of Object.entries(VARIABLES)) environment.registerVariable(name, type);
  const patterns = new Map<string, TextPattern>();
  environment.registerFunction(`string.${LINEAR_MATCHES}(string): bool`, (text: string, pattern: string) =>
    patternOf(patterns, pattern)(text),
  );
  environment.registerOperator("double % double", (a: number, b: number) => a % b);
  for (const [operator, calculate] of Object.entries(ARITHMETIC)) {
    environment.registerOperator(`double ${operator} int`, (a: number, b: bigint) => calculate(a, Number(b)));
    environment.registerOperator(`int ${operator} double`, (a: bigint, b: number) => calculate(Number(a), b));
  }
  return environment;
}

/** JSON's numbers are doubles, and what people write beside them is mostly whole. */
const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

const MOST_PATTERNS = 50;

/** A pattern may come from a record: few are kept. */
function patternOf(patterns: Map<string, TextPattern>, pattern: string): TextPattern {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  const compiled = compilePattern(pattern);
  patterns.set(pattern, compiled);
  return compiled;
}

/** Writes each call of `matches` as one of {@link LINEAR_MATCHES}, the last first so that places stay right. */
function linearMatches(expression: string, ast: ASTNode): string {
  const calls = nodesOf(ast).flatMap((node) => {
    if (node.op !== "rcall" || node.args[0] !== "matches") return [];
    return [{ from: node.args[1].range.end, to: node.args[2][0]?.range.start ?? node.range.end }];
  });
  return calls
    .toSorted((a, b) => b.from - a.from)
    .reduce((text, { from, to }) => {
      const between = text.slice(from, to).replace(/\.(\s*)matches(\s*\()/, `.$1${LINEAR_MATCHES}$2`);
      return text.slice(0, from) + between + text.slice(to);
    }, expression);
}

const isCallOf = (node: ASTNode, name: string): boolean =>
  (node.op === "rcall" || node.op === "call") && node.args[0] === name;

/** All nodes of a syntax tree, the root first. */
function nodesOf(root: ASTNode): ASTNode[] {
  const found: ASTNode[] = [];
  const visit = (part: unknown): void => {
    if (Array.isArray(part)) part.forEach(visit);
    else if (isNode(part)) {
      found.push(part);
      visit(part.args);
    }
  };
  visit(root);
  return found;
}

const isNode = (part: unknown): part is ASTNode =>
  typeof part === "object" && part !== null && "op" in part && "args" in part && "range" in part;

function variablesOf(ast: ASTNode): Set<keyof CelRecord> {
  const names = Object.keys(VARIABLES) as (keyof CelRecord)[];
  const used = new Set(nodesOf(ast).flatMap((node) => (node.op === "id" ? [node.args] : [])));
  return new Set(names.filter((name) => used.has(name)));
}
