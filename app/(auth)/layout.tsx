import type { ReactNode } from "react";

/** The page before anybody is known: a mark and one form. */
export default function AuthLayout({ children }: { children: ReactNode }) {
  return (
    <div className="bg-ground flex min-h-screen flex-col">
      <header className="px-8 pt-7">
        <span className="text-base font-semibold tracking-tight">Sluice</span>
      </header>
      <main className="flex flex-1 justify-center px-6 pt-[14vh] pb-16">{children}</main>
    </div>
  );
}
