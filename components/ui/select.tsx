"use client";

import { clsx } from "clsx";
import { Check, ChevronDown } from "lucide-react";
import { Select as Radix } from "radix-ui";

import { useFieldAttributes } from "./field-context.ts";

interface SelectProps<Value extends string> {
  value: Value;
  onValueChange: (value: Value) => void;
  options: readonly { value: Value; label: string; hint?: string; disabled?: boolean }[];
  /** Accessible name outside a Field; drawn before the value when `showLabel`. */
  label?: string;
  showLabel?: boolean;
  size?: "md" | "sm";
  disabled?: boolean;
  className?: string;
}

/** One of a few, known by name. More than a dozen belong into a search. */
export function Select<Value extends string>({
  value,
  onValueChange,
  options,
  label,
  showLabel = false,
  size = "md",
  disabled = false,
  className,
}: SelectProps<Value>) {
  const wiring = useFieldAttributes();
  return (
    <Radix.Root
      value={value}
      disabled={disabled}
      onValueChange={(next) => {
        const option = options.find((entry) => entry.value === next);
        if (option) onValueChange(option.value);
      }}
    >
      <Radix.Trigger
        {...wiring}
        aria-label={label}
        className={clsx(
          "border-line-strong bg-raised hover:bg-hover inline-flex items-center gap-1.5 rounded border whitespace-nowrap",
          "disabled:cursor-not-allowed disabled:opacity-50",
          size === "md" ? "h-8 px-2.5 text-sm" : "h-7 px-2 text-xs",
          className,
        )}
      >
        {showLabel && label !== undefined && <span className="text-muted">{label}</span>}
        {/* Told here, it stands in what the server sends too. */}
        <Radix.Value>{options.find((option) => option.value === value)?.label}</Radix.Value>
        <Radix.Icon className="text-muted ml-auto">
          <ChevronDown aria-hidden size={14} />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="bg-raised shadow-pop animate-appear z-50 max-h-80 min-w-(--radix-select-trigger-width) overflow-hidden rounded p-1"
        >
          <Radix.Viewport>
            {options.map((option) => (
              <Radix.Item
                key={option.value}
                value={option.value}
                disabled={option.disabled ?? false}
                className="data-highlighted:bg-hover data-disabled:text-faint flex min-h-7 cursor-default items-center gap-2 rounded-sm py-1 pr-8 pl-2 text-sm outline-none select-none"
              >
                <span>
                  <Radix.ItemText>{option.label}</Radix.ItemText>
                  {option.hint !== undefined && (
                    <span className="text-muted block text-xs">{option.hint}</span>
                  )}
                </span>
                <Radix.ItemIndicator className="absolute right-3">
                  <Check aria-hidden size={14} />
                </Radix.ItemIndicator>
              </Radix.Item>
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
