import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import type { ReactNode } from "react";

import { Providers } from "#components/layout/providers.tsx";
import { DENSITY_COOKIE } from "#components/ui/density.ts";

import "./globals.css";

/** What the browser's tab says; pages put their own name before it. */
export const metadata: Metadata = {
  title: { default: "Sluice", template: "%s · Sluice" },
  description: "The control plane for event-driven systems on Kafka.",
  icons: { icon: "/icon.svg" },
  robots: { index: false, follow: false },
};

/** The colour of the browser's own frame. */
export const viewport: Viewport = {
  themeColor: [
    { media: "(prefers-color-scheme: light)", color: "#f8f8f9" },
    { media: "(prefers-color-scheme: dark)", color: "#0e0f12" },
  ],
};

/** The document: fonts, theme, density and what every page stands on. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  const density = (await cookies()).get(DENSITY_COOKIE)?.value === "compact" ? "compact" : "comfortable";
  return (
    <html lang="en" data-density={density} suppressHydrationWarning>
      <body>
        <Providers nonce={nonce}>{children}</Providers>
      </body>
    </html>
  );
}
