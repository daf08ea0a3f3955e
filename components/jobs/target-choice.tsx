"use client";

import { clsx } from "clsx";
import { useId, type ReactNode } from "react";

interface TargetChoiceProps {
  name: string;
  checked: boolean;
  label: string;
  hint: string;
  onChoose: () => void;
  /** What the choice needs, shown while it is chosen. */
  children?: ReactNode;
}

/** One place that a job can go to, with what it needs below while it is chosen. */
export function TargetChoice({ name, checked, label, hint, onChoose, children }: TargetChoiceProps) {
  const id = useId();
  return (
    <div
      className={clsx(
        "rounded border px-3 py-2",
        checked ? "border-accent-line bg-accent-bg" : "border-line",
      )}
    >
      <div className="flex items-start gap-2.5">
        <input
          id={id}
          type="radio"
          name={name}
          checked={checked}
          aria-describedby={`${id}-hint`}
          onChange={onChoose}
          className="accent-accent mt-1"
        />
        <div className="min-w-0">
          <label htmlFor={id} className="text-sm font-medium">
            {label}
          </label>
          <p id={`${id}-hint`} className="text-muted text-xs break-words">
            {hint}
          </p>
        </div>
      </div>
      {checked && children !== undefined && <div className="mt-3 pl-6">{children}</div>}
    </div>
  );
}
