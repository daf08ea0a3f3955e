import type { ReactNode } from "react";

interface AuthCardProps {
  title: string;
  lead: ReactNode;
  children: ReactNode;
}

/** One form in the middle of an otherwise empty page. */
export function AuthCard({ title, lead, children }: AuthCardProps) {
  return (
    <div className="w-92">
      <h1 className="text-2xl font-semibold tracking-tight">{title}</h1>
      <p className="text-muted mt-1.5 mb-6 min-h-10 text-base text-pretty">{lead}</p>
      {children}
    </div>
  );
}
