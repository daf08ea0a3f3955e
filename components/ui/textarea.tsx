"use client";

import { clsx } from "clsx";
import type { Ref, TextareaHTMLAttributes } from "react";

import { useFieldAttributes } from "./field-context.ts";

interface TextareaProps extends TextareaHTMLAttributes<HTMLTextAreaElement> {
  mono?: boolean;
  ref?: Ref<HTMLTextAreaElement>;
}

/** Several lines of text: a reason, a filter expression. */
export function Textarea({ mono = false, className, rows = 3, ...rest }: TextareaProps) {
  return (
    <textarea
      rows={rows}
      {...useFieldAttributes()}
      className={clsx(
        "border-line-strong bg-raised text-text w-full min-w-0 rounded border px-2.5 py-1.5 text-sm",
        "hover:border-muted focus-visible:border-accent focus-visible:outline-accent/25 focus-visible:rounded focus-visible:outline-3 focus-visible:outline-offset-0",
        "aria-invalid:border-critical",
        mono && "font-mono text-[12.5px]",
        className,
      )}
      {...rest}
    />
  );
}
