"use client";

import { Toaster as Sonner } from "sonner";

/** Where toasts appear: bottom right, at most three. Mounted once, by the root layout. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      visibleToasts={3}
      expand
      gap={8}
      offset={16}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast:
            "bg-raised shadow-pop text-text flex w-[356px] items-start gap-2.5 rounded px-3.5 py-3 text-sm font-sans",
          title: "font-medium",
          description: "text-muted mt-0.5 text-xs",
          actionButton:
            "ml-auto shrink-0 self-center rounded border border-line-strong px-2 h-6 text-xs font-medium hover:bg-hover",
          icon: "mt-[2px] shrink-0",
          content: "min-w-0 flex-1",
        },
      }}
    />
  );
}
