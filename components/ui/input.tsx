"use client";

import { clsx } from "clsx";
import type { InputHTMLAttributes, Ref } from "react";

import { useFieldAttributes } from "./field-context.ts";

interface InputProps extends InputHTMLAttributes<HTMLInputElement> {
  /** Ids, offsets, addresses. */
  mono?: boolean;
  ref?: Ref<HTMLInputElement>;
}

/** One line of text. Inside a Field it needs no id; outside give it an `aria-label`. */
export function Input({ mono = false, className, type = "text", ...rest }: InputProps) {
  return (
    <input
      type={type}
      {...useFieldAttributes()}
      className={clsx(
        "border-line-strong bg-raised text-text h-8 w-full min-w-0 rounded border px-2.5 text-sm",
        "hover:border-muted focus-visible:border-accent focus-visible:outline-accent/25 focus-visible:rounded focus-visible:outline-3 focus-visible:outline-offset-0",
        "aria-invalid:border-critical disabled:bg-sunken disabled:text-muted disabled:cursor-not-allowed",
        mono && "font-mono text-[12.5px]",
        className,
      )}
      {...rest}
    />
  );
}
