import { clsx } from "clsx";
import type { ReactNode } from "react";

import { Link } from "./link.tsx";
import { TONE_TEXT, type Tone } from "./tone.ts";

interface StatProps {
  label: string;
  /** A Quantity, a Duration, a StateTag or words. */
  value: ReactNode;
  /** One quiet line below: age, source, comparison. */
  meta?: ReactNode;
  /** Colours the value; leave out unless it needs attention. */
  tone?: Tone;
  /** Drawn at the right where there is room for it: a Sparkline. */
  trend?: ReactNode;
  /** The evidence behind the number. */
  href?: string;
}

/** One figure with its label, its meta line and, where there is one, the way to its evidence. */
export function Stat({ label, value, meta, tone, trend, href }: StatProps) {
  const body = (
    <>
      <span className="min-w-0 flex-1">
        <span className="text-muted block truncate text-xs">{label}</span>
        <span
          className={clsx(
            "tabular mt-0.5 block text-xl whitespace-nowrap font-semibold tracking-tight [&_.quantity-unit]:text-sm [&_.quantity-unit]:font-normal [&_.quantity-unit]:tracking-normal",
            tone && TONE_TEXT[tone],
          )}
        >
          {value}
        </span>
        {meta !== undefined && (
          <span className="text-muted mt-0.5 block min-h-[17px] truncate text-xs">{meta}</span>
        )}
      </span>
      {trend !== undefined && <span className="hidden shrink-0 self-end pb-1 @[230px]:block">{trend}</span>}
    </>
  );
  const classes = "@container bg-raised flex min-w-0 items-start gap-3 px-4 py-3";
  if (href === undefined) return <div className={classes}>{body}</div>;
  return (
    <Link
      href={href}
      className={clsx(
        classes,
        "hover:bg-hover transition-colors duration-75 focus-visible:outline-offset-[-2px]",
      )}
    >
      {body}
    </Link>
  );
}
