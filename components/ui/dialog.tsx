"use client";

import { clsx } from "clsx";
import { X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { IconButton } from "./icon-button.tsx";

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** What it is about, in a sentence; always give one. */
  description: ReactNode;
  children?: ReactNode;
  /** Buttons; the last carries the verb. */
  footer?: ReactNode;
  width?: "sm" | "md" | "lg";
}

const WIDTHS = { sm: "max-w-100", md: "max-w-130", lg: "max-w-180" };

/** The first field, else the window itself: not the close button, whose tooltip would open and take Esc. */
function focusFirstField(event: Event): void {
  if (!(event.currentTarget instanceof HTMLElement)) return;
  event.preventDefault();
  const field = event.currentTarget.querySelector<HTMLElement>("input,textarea,[role=combobox]");
  (field ?? event.currentTarget).focus();
}

/** A modal window for one decision or one short form. Esc and the ground close it. */
export function Dialog({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  width = "md",
}: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="bg-overlay animate-appear fixed inset-0 z-40" />
        <Radix.Content
          onOpenAutoFocus={focusFirstField}
          className={clsx(
            "bg-raised shadow-pop animate-appear fixed top-[14vh] left-1/2 z-40 flex max-h-[76vh] w-[calc(100vw-48px)] -translate-x-1/2 flex-col rounded-lg focus-visible:outline-none",
            WIDTHS[width],
          )}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-1">
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-lg font-semibold tracking-tight">{title}</Radix.Title>
              <Radix.Description asChild>
                <div className="text-muted mt-1 text-sm">{description}</div>
              </Radix.Description>
            </div>
            <Radix.Close asChild>
              <IconButton icon={X} label="Close" shortcut="Esc" size="sm" className="-mr-1" />
            </Radix.Close>
          </header>
          {children !== undefined && <div className="min-h-0 overflow-y-auto px-5 py-3">{children}</div>}
          {footer !== undefined && (
            <footer className="border-line mt-2 flex items-center justify-end gap-2 border-t px-5 py-3">
              {footer}
            </footer>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
