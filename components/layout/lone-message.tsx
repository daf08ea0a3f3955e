import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";

interface LoneMessageProps {
  icon: LucideIcon;
  title: string;
  /** What it means and what to do. */
  children: ReactNode;
  /** The next step. */
  action?: ReactNode;
}

/** A page that says one thing: not found, failed. */
export function LoneMessage({ icon: Icon, title, children, action }: LoneMessageProps) {
  return (
    <div className="flex min-h-[70vh] flex-col items-center justify-center px-6 text-center">
      <Icon aria-hidden size={24} strokeWidth={1.5} className="text-muted mb-4" />
      <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
      <div className="text-muted mt-2 max-w-120 text-base text-balance">{children}</div>
      {action !== undefined && <div className="mt-5 flex items-center gap-3">{action}</div>}
    </div>
  );
}
