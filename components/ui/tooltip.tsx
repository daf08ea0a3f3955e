"use client";

import { Tooltip as Radix } from "radix-ui";
import type { ReactNode } from "react";

import { Kbd } from "./kbd.tsx";

interface TooltipProps {
  /** What to say; nothing is drawn when it is empty. */
  content: ReactNode;
  shortcut?: string | undefined;
  side?: "top" | "right" | "bottom" | "left";
  /** One element that takes a ref and pointer handlers. */
  children: ReactNode;
}

/**
 * A short explanation on hover and focus. It never holds what cannot be had elsewhere: give a trigger that
 * is not focusable its own accessible text as well. Needs the provider of `components/layout/providers.tsx`.
 */
export function Tooltip({ content, shortcut, side = "top", children }: TooltipProps) {
  if (content === undefined || content === null || content === "") return children;
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          side={side}
          sideOffset={6}
          collisionPadding={8}
          className="bg-raised text-text shadow-pop animate-appear z-50 flex max-w-80 items-center gap-2 rounded px-2.5 py-1.5 text-xs whitespace-normal"
        >
          <span className="min-w-0 break-words">{content}</span>
          {shortcut !== undefined && <Kbd keys={shortcut} />}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
