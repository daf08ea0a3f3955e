"use client";

import { clsx } from "clsx";
import { Check, Copy, WrapText } from "lucide-react";
import { useState } from "react";

import { IconButton } from "./icon-button.tsx";

interface CodeBlockProps {
  code: string;
  /** What it is: "value, JSON", "command". */
  label: string;
  /** Long lines start wrapped. */
  wrap?: boolean;
  /** CSS height at which it scrolls. */
  maxHeight?: string;
}

/** Text in monospace with its label, a wrap switch and a copy button. */
export function CodeBlock({ code, label, wrap = false, maxHeight = "320px" }: CodeBlockProps) {
  const [wrapped, setWrapped] = useState(wrap);
  const [copied, setCopied] = useState<"no" | "yes" | "refused">("no");
  const copy = () => {
    navigator.clipboard.writeText(code).then(
      () => {
        setCopied("yes");
      },
      () => {
        setCopied("refused");
      },
    );
  };
  return (
    <figure className="border-line bg-sunken overflow-hidden rounded border">
      <figcaption className="text-muted border-line flex h-8 items-center gap-1 border-b pr-1 pl-3 text-xs">
        <span className="mr-auto">{label}</span>
        <IconButton
          size="sm"
          icon={WrapText}
          label={wrapped ? "Keep long lines" : "Wrap long lines"}
          aria-pressed={wrapped}
          onClick={() => {
            setWrapped(!wrapped);
          }}
        />
        <IconButton
          size="sm"
          icon={copied === "yes" ? Check : Copy}
          label={{ no: `Copy ${label}`, yes: "Copied", refused: "The browser refused to copy" }[copied]}
          onClick={copy}
        />
      </figcaption>
      <pre
        // A scrolling region is reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it takes focus
        tabIndex={0}
        aria-label={label}
        className={clsx(
          "overflow-auto px-3 py-2 text-xs leading-[1.6] focus-visible:outline-offset-[-2px]",
          wrapped ? "break-all whitespace-pre-wrap" : "whitespace-pre",
        )}
        style={{ maxHeight }}
      >
        <code>{code}</code>
      </pre>
    </figure>
  );
}
