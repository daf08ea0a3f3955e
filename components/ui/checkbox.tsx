"use client";

import { clsx } from "clsx";
import { Check, Minus } from "lucide-react";
import { Checkbox as Radix } from "radix-ui";
import { useId, type ReactNode } from "react";

interface CheckboxProps {
  checked: boolean | "indeterminate";
  onCheckedChange: (checked: boolean) => void;
  /** Visible words; when left out give `ariaLabel`. */
  label?: ReactNode;
  ariaLabel?: string;
  disabled?: boolean;
  /** Out of the tab order: inside a table row, where `x` selects. */
  skipTab?: boolean;
}

/** A box to tick, with its words beside it. */
export function Checkbox({
  checked,
  onCheckedChange,
  label,
  ariaLabel,
  disabled = false,
  skipTab,
}: CheckboxProps) {
  const id = useId();
  return (
    <span className="inline-flex items-center gap-2 align-middle text-sm">
      <Radix.Root
        id={id}
        checked={checked}
        disabled={disabled}
        aria-label={ariaLabel}
        tabIndex={skipTab === true ? -1 : undefined}
        onCheckedChange={(next) => {
          onCheckedChange(next === true);
        }}
        className={clsx(
          "border-muted bg-raised inline-flex size-4 shrink-0 items-center justify-center rounded-sm border",
          "data-[state=checked]:border-accent data-[state=checked]:bg-accent data-[state=indeterminate]:border-accent data-[state=indeterminate]:bg-accent",
          "disabled:cursor-not-allowed disabled:opacity-50",
        )}
      >
        <Radix.Indicator className="text-on-accent">
          {checked === "indeterminate" ? (
            <Minus aria-hidden size={12} strokeWidth={3} />
          ) : (
            <Check aria-hidden size={12} strokeWidth={3} />
          )}
        </Radix.Indicator>
      </Radix.Root>
      {label !== undefined && <label htmlFor={id}>{label}</label>}
    </span>
  );
}
