"use client";

import { useMemo, useState } from "react";

import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { formatCount } from "./format-quantity.ts";
import { hexRows } from "./hex-rows.ts";

interface HexViewProps {
  /** Hexadecimal digits, two a byte; blanks do not count. */
  hex: string;
  /** What it is: "value, hex". */
  label: string;
  /** CSS height at which it scrolls. */
  maxHeight?: string;
}

/** 4 KiB at first and by each "more". */
const STEP = 256;

/** Bytes as a dump: offset, sixteen bytes, what of them is printable. */
export function HexView({ hex, label, maxHeight = "480px" }: HexViewProps) {
  const rows = useMemo(() => hexRows(hex), [hex]);
  const [shown, setShown] = useState(STEP);
  return (
    <figure className="border-line bg-sunken overflow-hidden rounded border">
      <figcaption className="text-muted border-line flex h-8 items-center gap-1 border-b pr-1 pl-3 text-xs">
        <span className="mr-auto">{label}</span>
        <CopyButton text={() => hex} what={label} />
      </figcaption>
      <pre
        // A scrolling region is reachable by keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, so it takes focus
        tabIndex={0}
        aria-label={label}
        className="overflow-auto px-3 py-2 text-xs leading-[1.6] focus-visible:outline-offset-[-2px]"
        style={{ maxHeight }}
      >
        {rows.slice(0, shown).map((row) => (
          <div key={row.at}>
            <span className="text-muted select-none">{row.at} </span>
            {row.digits.padEnd(49)}
            <span className="text-muted border-line border-l pl-2">{row.ascii}</span>
          </div>
        ))}
      </pre>
      {shown < rows.length && (
        <div className="border-line border-t px-3 py-1.5">
          <Button
            size="sm"
            onClick={() => {
              setShown(shown + STEP);
            }}
          >
            Show {formatCount(Math.min(STEP, rows.length - shown) * 16)} bytes more
          </Button>
        </div>
      )}
    </figure>
  );
}
