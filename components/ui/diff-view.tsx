import { clsx } from "clsx";

import { diffLines, type DiffLine } from "./diff-lines.ts";

interface DiffViewProps {
  label: string;
  before: readonly string[];
  /** null: there is no after; the lines of before are shown as they are. */
  after: readonly string[] | null;
  /** What the two texts are, said above them; `unchanged` where they are the same. */
  caption?: string;
}

const LOOK: Readonly<Record<DiffLine["kind"], { sign: string; word: string; className: string }>> = {
  same: { sign: " ", word: "", className: "" },
  removed: { sign: "−", word: "removed: ", className: "bg-critical-bg text-critical" },
  added: { sign: "+", word: "added: ", className: "bg-ok-bg text-ok" },
};

/** Two texts as one, line by line: removed lines with a minus, added ones with a plus. */
export function DiffView({ label, before, after, caption = "before and after" }: DiffViewProps) {
  const lines =
    after === null ? before.map((text): DiffLine => ({ kind: "same", text })) : diffLines(before, after);
  const changed = lines.some(({ kind }) => kind !== "same");
  return (
    <figure className="border-line bg-sunken overflow-hidden rounded border">
      <figcaption className="text-muted border-line border-b px-3 py-1.5 text-xs">
        {after === null || changed ? caption : "unchanged"}
      </figcaption>
      <div
        role="group"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it takes focus
        tabIndex={0}
        aria-label={label}
        className="max-h-140 overflow-auto py-1 font-mono text-xs leading-[1.6] focus-visible:outline-offset-[-2px]"
      >
        {lines.map(({ kind, text }, index) => (
          <div key={index} className={clsx("flex min-w-max gap-2 px-3", LOOK[kind].className)}>
            <span aria-hidden className="w-3 shrink-0 select-none">
              {LOOK[kind].sign}
            </span>
            <span className="sr-only">{LOOK[kind].word}</span>
            <span className="whitespace-pre">{text}</span>
          </div>
        ))}
      </div>
    </figure>
  );
}
