import { clsx } from "clsx";
import type { ReactNode } from "react";

import { TONE_ICON, TONE_SURFACE, type Tone } from "./tone.ts";

interface CalloutProps {
  tone: Tone;
  /** The sentence that matters. */
  title: ReactNode;
  children?: ReactNode;
  /** A link or a button at the right. */
  action?: ReactNode;
}

/** One tinted bar: a finding above the numbers, a warning before a step. */
export function Callout({ tone, title, children, action }: CalloutProps) {
  const Icon = TONE_ICON[tone];
  return (
    <div className={clsx("flex items-start gap-2.5 rounded border px-3 py-2 text-sm", TONE_SURFACE[tone])}>
      <Icon aria-hidden size={15} className="mt-[2px] shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{title}</p>
        {children !== undefined && <div className="text-text mt-0.5">{children}</div>}
      </div>
      {action !== undefined && <div className="text-text shrink-0">{action}</div>}
    </div>
  );
}
