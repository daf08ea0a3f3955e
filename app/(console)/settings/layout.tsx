import type { ReactNode } from "react";

import { SettingsNav } from "#components/access/settings-nav.tsx";

/** The frame of Settings: its pages side by side. */
export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <SettingsNav />
      {children}
    </>
  );
}
