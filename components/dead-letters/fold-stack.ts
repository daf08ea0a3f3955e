import { frameOf } from "#lib/domain/dead-letters/stack-frame.ts";

/** A part of a stack: lines that are shown, or a run of frameworks' frames that is folded. */
export interface StackPart {
  kind: "shown" | "folded";
  lines: string[];
  /** Frames among the lines: Python and Go write two lines a frame. */
  frames: number;
}

/** What a line is: a frame, the second line of the frame before it, or words. */
type LineKind = "own" | "foreign" | "follows" | "words";

/** A frame that names no place of one's own: `at new Promise (<anonymous>)`, `at async Promise.all (index 0)`. */
const NATIVE = /^\s+at\s/;
/** What Java leaves out because the trace around it has it already. */
const MORE = /^\s*\.\.\. \d+ (?:more|common frames omitted)/;
/** The second line of a frame: Go's file, Python's source. */
const GO_FILE = /^\s+\S+\.go:\d+/;
const PYTHON_FRAME = /^\s*File "/;
const INDENTED = /^\s{4,}\S/;

/** A run of fewer frames than this is not worth a click. */
const FOLDED_FROM = 2;

function kindsOf(lines: readonly string[]): LineKind[] {
  return lines.map((line, at) => {
    const before = lines[at - 1] ?? "";
    if (GO_FILE.test(line) || (PYTHON_FRAME.test(before) && INDENTED.test(line) && !PYTHON_FRAME.test(line)))
      return "follows";
    const frame = frameOf(line, lines[at + 1] ?? "");
    if (frame !== null) return frame.own ? "own" : "foreign";
    return NATIVE.test(line) || MORE.test(line) ? "foreign" : "words";
  });
}

/**
 * foldStack parts a stack into what is shown, messages and frames of one's own, and runs of frameworks' frames that are
 * folded. Every line of the stack is in exactly one part, in order. A stack without a frame of one's own is shown whole.
 */
export function foldStack(stack: string): StackPart[] {
  const lines = stack.replace(/\s+$/, "").split(/\r?\n/);
  const kinds = kindsOf(lines);
  if (!kinds.includes("own")) return [{ kind: "shown", lines, frames: 0 }];
  const parts: StackPart[] = [];
  let foreign = false;
  lines.forEach((line, at) => {
    const kind = kinds[at];
    if (kind !== "follows") foreign = kind === "foreign";
    const wanted = foreign ? "folded" : "shown";
    const last = parts.at(-1);
    const frames = kind === "foreign" && !MORE.test(line) ? 1 : 0;
    if (last?.kind === wanted) {
      last.lines.push(line);
      last.frames += frames;
    } else parts.push({ kind: wanted, lines: [line], frames });
  });
  return unfoldShort(parts);
}

/** A single frame between one's own is shown rather than folded, and joins what stands around it. */
function unfoldShort(parts: readonly StackPart[]): StackPart[] {
  const joined: StackPart[] = [];
  for (const part of parts) {
    const kind = part.kind === "folded" && part.frames < FOLDED_FROM ? "shown" : part.kind;
    const last = joined.at(-1);
    if (last?.kind === kind) last.lines.push(...part.lines);
    else joined.push({ kind, lines: [...part.lines], frames: kind === "folded" ? part.frames : 0 });
  }
  return joined;
}
