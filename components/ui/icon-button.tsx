import { clsx } from "clsx";
import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, Ref } from "react";

import { Tooltip } from "./tooltip.tsx";

interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> {
  icon: LucideIcon;
  /** What it does; the accessible name and the tooltip. */
  label: string;
  /** Keys shown in the tooltip. */
  shortcut?: string;
  size?: "md" | "sm";
  ref?: Ref<HTMLButtonElement>;
}

/** A square button of one icon; its name appears on hover and on focus. */
export function IconButton({
  icon: Icon,
  label,
  shortcut,
  size = "md",
  className,
  type = "button",
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip content={label} shortcut={shortcut}>
      <button
        type={type}
        aria-label={label}
        className={clsx(
          "text-muted hover:bg-hover hover:text-text inline-flex shrink-0 items-center justify-center rounded transition-colors duration-75",
          "disabled:cursor-not-allowed disabled:opacity-50 aria-pressed:bg-hover aria-pressed:text-text",
          size === "md" ? "size-8" : "size-6",
          className,
        )}
        {...rest}
      >
        <Icon aria-hidden size={size === "md" ? 16 : 14} strokeWidth={1.75} />
      </button>
    </Tooltip>
  );
}
