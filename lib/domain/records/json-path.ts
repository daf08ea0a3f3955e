/** A step of a path: a name of an object, an index of an array, or every element or member. */
export type PathStep = { kind: "name"; name: string } | { kind: "index"; index: number } | { kind: "each" };

/** A path that could be read, or why not, in a sentence. */
export type ParsedPath = { ok: true; steps: PathStep[] } | { ok: false; reason: string };

const NAME = /^[^.[\]"'*\s][^.[\]]*/;
const INDEX = /^\[(\d{1,9})\]/;
const EACH = /^(\[\*\]|\*)/;
const QUOTED = /^\[("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\]/;

/**
 * parsePath reads `a.b[0].c`, `a["x y"]`, `a[*].b` and `*`; a leading `$` stands for the root, and `$` or nothing
 * alone is the root itself.
 */
export function parsePath(text: string): ParsedPath {
  const steps: PathStep[] = [];
  let rest = text.trim().replace(/^\$(?=$|[.[])/, "");
  let mayName = !rest.startsWith(".") || rest.length > 1;
  if (rest.startsWith(".")) rest = rest.slice(1);
  while (rest !== "") {
    const found = stepAt(rest, mayName);
    if (found === null) return { ok: false, reason: `The path cannot be read at "${rest.slice(0, 40)}".` };
    steps.push(found.step);
    rest = rest.slice(found.length);
    mayName = rest.startsWith(".");
    if (!mayName) continue;
    rest = rest.slice(1);
    if (rest === "") return { ok: false, reason: "The path ends with a dot." };
  }
  return { ok: true, steps };
}

function stepAt(rest: string, mayName: boolean): { step: PathStep; length: number } | null {
  const each = EACH.exec(rest)?.[0];
  if (each !== undefined && (each !== "*" || mayName)) return { step: { kind: "each" }, length: each.length };
  const index = INDEX.exec(rest);
  if (index !== null) return { step: { kind: "index", index: Number(index[1]) }, length: index[0].length };
  const quoted = QUOTED.exec(rest);
  if (quoted !== null) {
    const name = (quoted[1] ?? "").slice(1, -1).replace(/\\(.)/g, "$1");
    return { step: { kind: "name", name }, length: quoted[0].length };
  }
  const name = mayName ? NAME.exec(rest)?.[0] : undefined;
  return name === undefined ? null : { step: { kind: "name", name }, length: name.length };
}

/** valuesAt is everything that a path finds in a JSON value, in its order; own names alone are looked at. */
export function valuesAt(value: unknown, steps: readonly PathStep[]): unknown[] {
  let found: unknown[] = [value];
  for (const step of steps) {
    found = found.flatMap((each) => childrenOf(each, step));
    if (found.length === 0) break;
  }
  return found;
}

function childrenOf(value: unknown, step: PathStep): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  if (step.kind === "each") return Object.values(value);
  if (step.kind === "index")
    return Array.isArray(value) && step.index < value.length ? [value[step.index]] : [];
  return !Array.isArray(value) && Object.hasOwn(value, step.name)
    ? [(value as Record<string, unknown>)[step.name]]
    : [];
}

/** overlaps tells whether one of two paths is the other or leads to it. */
export function overlaps(a: readonly PathStep[], b: readonly PathStep[]): boolean {
  const shared = Math.min(a.length, b.length);
  for (let at = 0; at < shared; at += 1) {
    const [one, other] = [a[at], b[at]];
    if (one === undefined || other === undefined) break;
    if (one.kind === "each" || other.kind === "each") continue;
    if (one.kind === "name" && other.kind === "name" ? one.name !== other.name : !sameIndex(one, other))
      return false;
  }
  return true;
}

const sameIndex = (a: PathStep, b: PathStep): boolean =>
  a.kind === "index" && b.kind === "index" && a.index === b.index;
