import { frameOf } from "#lib/domain/dead-letters/stack-frame.ts";

/** What a stack says of one link of its chain of causes. */
export interface NamedCause {
  className: string;
  message: string | null;
}

const LINES = 2_000;
const PYTHON = "Traceback (most recent call last):";
const PYTHON_CAUSE = "The above exception was the direct cause of the following exception:";

/** A link of the chain: Java's `Caused by:`, .NET's `--->`, Node's `[cause]:`; of nested ones the last is innermost. */
const CAUSE_LINES = [
  /^Caused by: ([\w.$]+)(?:: (.*))?$/,
  /^\s*---> (?:\(Inner Exception #\d+\) )?([\w.+`]+)(?: \([^)]{1,20}\))?: (.*)$/,
  /^\s*\[cause\]: (\w+)(?: \[\w+\])?: (.*)$/,
];

const CAUSE_MARKS = ["Caused by: ", "---> ", "[cause]: "] as const;

/** What stands before a thrown class: its name, and then a colon, a bracket or nothing. */
const LEADING = /^([A-Za-z_$][\w.$+`]{0,300})(?=: |:$|$| \[| \()/;
const CLASS_LIKE = /\.|(?:Error|Exception|Failure|Fault|Throwable|error)$/;

/** Wrappers that say nothing but that something inside failed. */
const WRAPPED = [
  /^Listener failed(?:; |$)/,
  /^Listener method '[^\n]{1,1000}?' threw exception(?:; |$)/,
  /^error occurred in message handler \[[^\]\n]{1,1000}\](?:; |$)/,
  /^(?:nested exception is |failed to handle message; )/,
];

function linesOf(stack: string): string[] {
  return stack.split(/\r?\n/, LINES);
}

/** leadingClass is the class that a text such as `java.lang.IllegalStateException: no stock` begins with; null for none. */
export function leadingClass(text: string): string | null {
  return LEADING.exec(text.trimStart().split("\n", 1)[0] ?? "")?.[1] ?? null;
}

/** outermostClass is the class that a stack trace begins with (Python's: ends with); null where none is named. */
export function outermostClass(stack: string): string | null {
  const text = stack.trim();
  const named = leadingClass(text.startsWith(PYTHON) ? lastLineOf(text) : text);
  return named !== null && CLASS_LIKE.test(named) ? named : null;
}

function lastLineOf(text: string): string {
  return linesOf(text.trimEnd()).findLast((line) => line !== "" && !line.startsWith(" ")) ?? "";
}

/** innermostCause is the last link of the chain of causes that a stack names; null where it names none. */
export function innermostCause(stack: string): NamedCause | null {
  const python = stack.indexOf(PYTHON_CAUSE);
  if (python >= 0) return pythonCause(stack.slice(0, python));
  if (!CAUSE_MARKS.some((mark) => stack.includes(mark))) return null;
  return linesOf(stack).reduce<NamedCause | null>((found, line) => causeLine(line) ?? found, null);
}

function pythonCause(block: string): NamedCause | null {
  const line = lastLineOf(block);
  const className = leadingClass(line);
  return className === null ? null : { className, message: line.slice(className.length + 2) || null };
}

function causeLine(line: string): NamedCause | null {
  if (!CAUSE_MARKS.some((mark) => line.includes(mark))) return null;
  for (const pattern of CAUSE_LINES) {
    const [, className, message] = pattern.exec(line) ?? [];
    if (className !== undefined) return { className, message: message ?? null };
  }
  return null;
}

/**
 * firstOwnFrame names the first frame of a stack that is neither the platform's nor a framework's, without its line:
 * the innermost cause's before those around it. Reads Java, Node, .NET, Ruby, Python and Go; null where there is none.
 */
export function firstOwnFrame(stack: string): string | null {
  // Python tells the most recent call last.
  const latestFirst = !stack.includes(PYTHON);
  for (const lines of sectionsOf(linesOf(stack))) {
    const own = ownFrameOf(lines, latestFirst);
    if (own !== null) return own;
  }
  return null;
}

/** The parts of a stack, the innermost cause first: a line that names a cause begins a part. */
function sectionsOf(lines: readonly string[]): string[][] {
  const sections: string[][] = [[]];
  for (const line of lines) {
    if (line.startsWith("Caused by: ") || line.includes("[cause]: ")) sections.push([]);
    sections.at(-1)?.push(line);
  }
  return sections.reverse();
}

function ownFrameOf(lines: readonly string[], latestFirst: boolean): string | null {
  for (let step = 0; step < lines.length; step++) {
    const at = latestFirst ? step : lines.length - 1 - step;
    const frame = frameOf(lines[at] ?? "", lines[at + 1] ?? "");
    if (frame?.own === true) return frame.name;
  }
  return null;
}

/** withoutWrapper takes off what a framework puts before the message of the exception that it wraps. */
export function withoutWrapper(message: string): string {
  let text = message;
  for (const pattern of WRAPPED) {
    const rest = text.replace(pattern, "");
    if (rest !== "") text = rest;
  }
  return text;
}
