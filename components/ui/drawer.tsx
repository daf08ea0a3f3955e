"use client";

import { Maximize2, X } from "lucide-react";
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { IconButton } from "./icon-button.tsx";
import { Link } from "./link.tsx";
import { Tooltip } from "./tooltip.tsx";

interface DrawerProps {
  /** Keep the open thing in the URL; the drawer only draws it. */
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** The verdict or kind, below the title. */
  subtitle?: ReactNode;
  /** The same thing as a page of its own. */
  fullPageHref?: string;
  actions?: ReactNode;
  /** CSS width. */
  width?: string;
  children: ReactNode;
}

/**
 * The detail of a row at the right, over the list and without covering its work: the list stays usable
 * (focus stays in it, j and k still move), Esc closes, one click opens the full page.
 */
export function Drawer({
  open,
  onClose,
  title,
  subtitle,
  fullPageHref,
  actions,
  width = "520px",
  children,
}: DrawerProps) {
  return (
    <Radix.Root
      open={open}
      modal={false}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Radix.Portal>
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            event.preventDefault();
          }}
          onInteractOutside={(event) => {
            event.preventDefault();
          }}
          className="bg-raised shadow-pop animate-drawer border-line fixed inset-y-0 right-0 z-30 flex max-w-[80vw] flex-col border-l focus-visible:outline-none"
          style={{ width }}
        >
          <header className="border-line flex min-h-13 items-center gap-2 border-b py-2 pr-3 pl-5">
            <div className="min-w-0 flex-1">
              <Radix.Title className="truncate text-base font-semibold">{title}</Radix.Title>
              {subtitle !== undefined && <div className="text-muted truncate text-xs">{subtitle}</div>}
            </div>
            {actions}
            {fullPageHref !== undefined && (
              <Tooltip content="Open as a page">
                <Link
                  href={fullPageHref}
                  aria-label="Open as a page"
                  className="text-muted hover:bg-hover hover:text-text inline-flex size-8 items-center justify-center rounded"
                >
                  <Maximize2 aria-hidden size={15} strokeWidth={1.75} />
                </Link>
              </Tooltip>
            )}
            <Radix.Close asChild>
              <IconButton icon={X} label="Close" shortcut="Esc" />
            </Radix.Close>
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
