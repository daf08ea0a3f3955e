"use client";

import { clsx } from "clsx";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";

import { Link } from "./link.tsx";

interface CopyIdProps {
  /** What is copied, whole. */
  value: string;
  /** What is shown; the value when left out. */
  shown?: string;
  /** What the id names, for the button: "group id". */
  what: string;
  /** Where the id leads. */
  href?: string;
  className?: string;
}

const SAID_FOR_MS = 1_500;

/** An id in monospace: a link where it leads somewhere, and copied whole by one click on its icon. */
export function CopyId({ value, shown = value, what, href, className }: CopyIdProps) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  // A dialog hides everything behind it but live regions: one that speaks only when used leaves its heading whole.
  const [speaks, setSpeaks] = useState(false);
  useEffect(() => {
    if (state === "idle") return undefined;
    const timer = setTimeout(() => {
      setState("idle");
    }, SAID_FOR_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [state]);
  const copy = () => {
    navigator.clipboard.writeText(value).then(
      () => {
        setState("copied");
      },
      () => {
        setState("refused");
      },
    );
  };
  const label = { idle: `Copy ${what}`, copied: `Copied ${what}`, refused: "The browser refused to copy" }[
    state
  ];
  return (
    <span
      className={clsx("group/copy inline-flex max-w-full min-w-0 items-center gap-1 align-middle", className)}
    >
      {href === undefined ? (
        <code className="truncate text-[0.93em]" title={value}>
          {shown}
        </code>
      ) : (
        <Link href={href} className="link-quiet min-w-0 truncate" title={value}>
          <code className="text-[0.93em]">{shown}</code>
        </Link>
      )}
      <button
        type="button"
        aria-label={label}
        title={label}
        onFocus={() => {
          setSpeaks(true);
        }}
        onBlur={() => {
          setSpeaks(false);
        }}
        onClick={(event) => {
          event.stopPropagation();
          copy();
        }}
        className={clsx(
          "hover:text-text inline-flex size-5 shrink-0 items-center justify-center rounded-sm transition-opacity",
          state === "idle" && "text-muted opacity-0 group-hover/copy:opacity-100 focus-visible:opacity-100",
          state === "copied" && "text-ok",
          state === "refused" && "text-critical",
        )}
      >
        {state === "copied" ? <Check aria-hidden size={12} /> : <Copy aria-hidden size={12} />}
      </button>
      {speaks && (
        <span aria-live="polite" className="sr-only">
          {state === "idle" ? "" : label}
        </span>
      )}
    </span>
  );
}
