"use client";

import { ChevronsDownUp, ChevronsUpDown } from "lucide-react";
import { useMemo, useState } from "react";

import { CopyButton } from "#components/ui/copy-button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";

import { foldStack, type StackPart } from "./fold-stack.ts";

interface StackViewProps {
  stack: string;
}

/** A stack with the frames of one's own in sight and those of frameworks folded away. */
export function StackView({ stack }: StackViewProps) {
  const parts = useMemo(() => foldStack(stack), [stack]);
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const folds = parts.flatMap(({ kind }, index) => (kind === "folded" ? [index] : []));
  const allOpen = folds.length > 0 && folds.every((index) => open.has(index));
  const toggle = (index: number) => {
    const next = new Set(open);
    if (!next.delete(index)) next.add(index);
    setOpen(next);
  };
  return (
    <figure className="border-line bg-sunken overflow-hidden rounded border">
      <figcaption className="text-muted border-line flex h-8 items-center gap-1 border-b pr-1 pl-3 text-xs">
        <span className="mr-auto">stack</span>
        {folds.length > 0 && (
          <IconButton
            size="sm"
            icon={allOpen ? ChevronsDownUp : ChevronsUpDown}
            label={allOpen ? "Fold the frames of frameworks" : "Show every frame"}
            onClick={() => setOpen(allOpen ? new Set() : new Set(folds))}
          />
        )}
        <CopyButton text={() => stack} what="stack" />
      </figcaption>
      <div
        role="region"
        aria-label="Stack"
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it takes focus
        tabIndex={0}
        className="max-h-96 overflow-auto px-3 py-2 font-mono text-xs leading-[1.6] focus-visible:outline-offset-[-2px]"
      >
        {parts.map((part, index) => (
          <Part
            key={index}
            part={part}
            open={open.has(index)}
            onToggle={() => {
              toggle(index);
            }}
          />
        ))}
      </div>
    </figure>
  );
}

interface PartProps {
  part: StackPart;
  open: boolean;
  onToggle: () => void;
}

function Part({ part: { kind, lines, frames }, open, onToggle }: PartProps) {
  const text = lines.join("\n");
  if (kind === "shown") return <pre className="whitespace-pre">{text}</pre>;
  return (
    <>
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="text-muted hover:text-text ml-4 rounded-sm underline decoration-dotted underline-offset-3"
      >
        {frames} frames of frameworks
      </button>
      {open && <pre className="text-muted whitespace-pre">{text}</pre>}
    </>
  );
}
