import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  icon?: LucideIcon;
  /** What would be here: "No consumer groups yet". */
  title: string;
  /** Why it is empty. */
  why: ReactNode;
  /** The one next step: a button, a link or a line of code. */
  next?: ReactNode;
}

/** Nothing to show, and what that means: what would be here, why it is empty, the one next step. */
export function EmptyState({ icon: Icon, title, why, next }: EmptyStateProps) {
  return (
    <div className="flex flex-col items-center justify-center gap-2 px-6 py-12 text-center">
      {Icon && <Icon aria-hidden size={22} strokeWidth={1.5} className="text-faint mb-1" />}
      <p className="text-base font-medium">{title}</p>
      <div className="text-muted max-w-110 text-sm text-balance">{why}</div>
      {next !== undefined && <div className="mt-2 text-sm">{next}</div>}
    </div>
  );
}
