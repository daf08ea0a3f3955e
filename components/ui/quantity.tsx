"use client";

import { clsx } from "clsx";

import { quantify, type QuantityKind } from "./format-quantity.ts";
import { Tooltip } from "./tooltip.tsx";
import { UnknownDash } from "./unknown-dash.tsx";

interface QuantityProps {
  /** `null` or `undefined` draws a dash with `reason`. */
  value: number | bigint | null | undefined;
  kind?: QuantityKind;
  /** Noun after the number ("records"); for `count` mostly. In a column the header may carry it instead. */
  unit?: string;
  /** Why the value is unknown. */
  reason?: string;
  /** How it was computed; on hover. */
  hint?: string | undefined;
  /** Its ground lights up and fades when it changes. */
  live?: boolean;
  className?: string;
}

/** A number with its unit, in tabular figures; the unit is quieter than the number. */
export function Quantity({
  value,
  kind = "count",
  unit,
  reason = "not measured yet",
  hint,
  live = false,
  className,
}: QuantityProps) {
  if (value === null || value === undefined) return <UnknownDash reason={reason} />;
  const parts = quantify(kind, value);
  const noun = unit ?? parts.unit;
  const spaced = unit !== undefined || kind === "bytes";
  const text = `${parts.value}${spaced ? " " : ""}${noun}`;
  return (
    <Tooltip content={hint}>
      <span
        key={live ? text : "still"}
        className={clsx("tabular whitespace-nowrap", live && "animate-changed rounded-sm", className)}
      >
        {parts.value}
        {noun !== "" && (
          <span className="quantity-unit text-muted">
            {spaced ? " " : ""}
            {noun}
          </span>
        )}
      </span>
    </Tooltip>
  );
}
