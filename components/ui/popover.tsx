"use client";

import { Popover as Radix } from "radix-ui";
import type { ReactNode } from "react";

interface PopoverProps {
  /** One element that takes a ref: a button. */
  trigger: ReactNode;
  /** What it holds, for a screen reader: "Readers of payments". */
  label: string;
  align?: "start" | "end";
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
  children: ReactNode;
}

/** A small window under its trigger for what can be reached from there: links, a search. Esc closes it. */
export function Popover({ trigger, label, align = "start", open, onOpenChange, children }: PopoverProps) {
  return (
    <Radix.Root
      {...(open === undefined ? {} : { open })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          sideOffset={4}
          collisionPadding={8}
          // A row of a list below would take the click for its own.
          onClick={(event) => {
            event.stopPropagation();
          }}
          className="bg-raised shadow-pop animate-appear z-50 max-h-96 max-w-110 min-w-56 overflow-y-auto rounded p-1 text-sm focus-visible:outline-none"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
