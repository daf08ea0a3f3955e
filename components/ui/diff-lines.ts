/** One line of a diff. */
export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Above this many cells the two texts are shown one after the other: the comparison would take too long. */
const MOST_CELLS = 4_000_000;

/** diffLines compares two texts line by line by their longest common subsequence; removed lines come before added ones. */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  const head = commonHead(before, after);
  const tail = commonTail(before.slice(head), after.slice(head));
  const middle = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)] as const;
  return [
    ...before.slice(0, head).map((text): DiffLine => ({ kind: "same", text })),
    ...diffMiddle(...middle),
    ...before.slice(before.length - tail).map((text): DiffLine => ({ kind: "same", text })),
  ];
}

function commonHead(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count += 1;
  return count;
}

function commonTail(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < a.length && count < b.length && a[a.length - 1 - count] === b[b.length - 1 - count])
    count += 1;
  return count;
}

function diffMiddle(a: readonly string[], b: readonly string[]): DiffLine[] {
  const removed = (text: string): DiffLine => ({ kind: "removed", text });
  const added = (text: string): DiffLine => ({ kind: "added", text });
  if (a.length === 0 || b.length === 0 || a.length * b.length > MOST_CELLS)
    return [...a.map(removed), ...b.map(added)];
  const longest = lengths(a, b);
  const lines: DiffLine[] = [];
  const width = b.length + 1;
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    const left = a[i];
    const right = b[j];
    if (left !== undefined && left === right) {
      lines.push({ kind: "same", text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push(removed(left));
      i += 1;
    } else if (right !== undefined) {
      lines.push(added(right));
      j += 1;
    }
  }
  return lines;
}

/** Lengths of the longest common subsequence of each pair of tails, row by row. */
function lengths(a: readonly string[], b: readonly string[]): Uint16Array {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      table[i * width + j] =
        a[i] === b[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
  return table;
}
