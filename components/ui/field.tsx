"use client";

import { CircleAlert } from "lucide-react";
import { useId, useMemo, type ReactNode } from "react";

import { FieldContext } from "./field-context.ts";

interface FieldProps {
  label: string;
  /** What to write and why; stays visible. */
  hint?: ReactNode;
  /** What is wrong with what was written, and how to mend it. */
  error?: string | undefined;
  /** Says "optional" beside the label. */
  optional?: boolean;
  /** One Input, Select or Textarea; it finds its id and descriptions by itself. */
  children: ReactNode;
}

/** A labelled control with its hint and its error, tied together for a screen reader. */
export function Field({ label, hint, error, optional = false, children }: FieldProps) {
  const id = useId();
  const wiring = useMemo(
    () => ({
      id,
      describedBy: error === undefined ? (hint === undefined ? undefined : `${id}-hint`) : `${id}-error`,
      invalid: error !== undefined,
    }),
    [id, error, hint],
  );
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="flex items-baseline gap-2 text-sm font-medium">
        {label}
        {optional && <span className="text-muted text-xs font-normal">optional</span>}
      </label>
      <FieldContext value={wiring}>{children}</FieldContext>
      {error !== undefined ? (
        <p id={`${id}-error`} className="text-critical flex items-start gap-1.5 text-xs">
          <CircleAlert aria-hidden size={13} className="mt-[2px] shrink-0" />
          {error}
        </p>
      ) : (
        hint !== undefined && (
          <p id={`${id}-hint`} className="text-muted text-xs">
            {hint}
          </p>
        )
      )}
    </div>
  );
}
