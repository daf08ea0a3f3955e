import { clsx } from "clsx";
import { LoaderCircle, type LucideIcon } from "lucide-react";
import { Slot } from "radix-ui";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

/** Weight of a button: one `primary` a view; `danger` only at the last step of something destructive. */
type ButtonVariant = "primary" | "secondary" | "ghost" | "danger";

const VARIANTS: Record<ButtonVariant, string> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent",
  secondary: "bg-raised text-text border-line-strong hover:bg-hover",
  ghost: "bg-transparent text-text border-transparent hover:bg-hover",
  danger: "bg-critical text-on-critical border-transparent hover:opacity-90",
};

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  variant?: ButtonVariant;
  /** `md` is 32 px high, `sm` 28 px. */
  size?: "md" | "sm";
  icon?: LucideIcon;
  /** Shows a spinner and refuses clicks; the width stays. */
  busy?: boolean;
  /** Draws the single child (a Link) as the button. */
  asChild?: boolean;
  ref?: Ref<HTMLButtonElement>;
  children: ReactNode;
}

/** A button that names its effect: a verb and, where something is counted, the count. */
export function Button({
  variant = "secondary",
  size = "md",
  icon: Icon,
  busy = false,
  asChild = false,
  className,
  children,
  disabled,
  type = "button",
  ...rest
}: ButtonProps) {
  const classes = clsx(
    "inline-flex shrink-0 items-center justify-center gap-1.5 rounded border font-medium whitespace-nowrap select-none",
    "transition-colors duration-75 disabled:cursor-not-allowed disabled:opacity-50",
    size === "md" ? "h-8 px-3 text-sm" : "h-7 px-2.5 text-xs",
    VARIANTS[variant],
    className,
  );
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  const Leading = busy ? LoaderCircle : Icon;
  return (
    <button type={type} className={classes} disabled={(disabled ?? false) || busy} aria-busy={busy} {...rest}>
      {Leading && <Leading aria-hidden size={14} className={clsx("-ml-0.5", busy && "animate-spin")} />}
      {children}
    </button>
  );
}
