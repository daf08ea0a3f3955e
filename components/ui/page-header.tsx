import { clsx } from "clsx";
import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

import { Link } from "./link.tsx";
import { TONE_ICON, TONE_TEXT, type Tone } from "./tone.ts";

interface PageHeaderProps {
  /** The page's noun: "Groups", or the thing's own name. */
  title: ReactNode;
  /** The way up: parents with their links. */
  trail?: readonly { label: string; href: string }[];
  /** One sentence of verdict in words. `undefined` keeps its place while loading. */
  verdict: ReactNode;
  tone?: Tone;
  /** Beside the verdict, quieter: "all else is quiet · 41 groups". */
  meta?: ReactNode;
  /** Controls at the right: range, actions. */
  actions?: ReactNode;
}

/** The head of a page: where you are, one sentence of verdict, then the controls. */
export function PageHeader({ title, trail = [], verdict, tone = "neutral", meta, actions }: PageHeaderProps) {
  const Icon = tone === "neutral" ? undefined : TONE_ICON[tone];
  return (
    <header className="mb-4">
      <div className="flex min-h-8 items-center gap-3">
        <div className="flex min-w-0 items-center gap-1.5">
          {trail.map((step) => (
            <span key={step.href} className="text-muted flex shrink-0 items-center gap-1.5 text-lg">
              <Link href={step.href} className="link-quiet hover:text-text">
                {step.label}
              </Link>
              <ChevronRight aria-hidden size={14} className="text-faint" />
            </span>
          ))}
          <h1 className="truncate text-lg font-semibold tracking-tight">{title}</h1>
        </div>
        {actions !== undefined && <div className="ml-auto flex shrink-0 items-center gap-2">{actions}</div>}
      </div>
      <div className="mt-1 flex min-h-5.5 items-baseline gap-x-3 gap-y-1">
        <p
          className={clsx(
            "flex min-w-0 items-start gap-1.5 text-base",
            tone === "neutral" ? "text-muted" : TONE_TEXT[tone],
          )}
        >
          {Icon && <Icon aria-hidden size={15} className="mt-[3px] shrink-0" />}
          {verdict === undefined ? (
            <span aria-hidden className="bg-line animate-pulse-soft mt-0.5 block h-4 w-72 rounded-sm" />
          ) : (
            <span className="min-w-0">{verdict}</span>
          )}
        </p>
        {meta !== undefined && <div className="text-muted ml-auto shrink-0 text-xs">{meta}</div>}
      </div>
    </header>
  );
}
