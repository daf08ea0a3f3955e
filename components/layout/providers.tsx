"use client";

import { QueryClientProvider } from "@tanstack/react-query";
import { ThemeProvider } from "next-themes";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { Tooltip } from "radix-ui";
import { useState, type ReactNode } from "react";

import { Toaster } from "#components/ui/toaster.tsx";
import { createQueryClient } from "#lib/client/query.ts";
import { paths } from "#lib/contracts/paths.ts";

interface ProvidersProps {
  /** Lets the theme's one inline script run under the content security policy. */
  nonce: string | undefined;
  children: ReactNode;
}

/** Leaves for the sign-in page, which leads back here. */
function goAndSignIn(): void {
  const here = `${window.location.pathname}${window.location.search}`;
  if (window.location.pathname.startsWith(paths.signIn())) return;
  window.location.assign(`${paths.signIn()}?next=${encodeURIComponent(here)}`);
}

/** What every page stands on: theme, query client, URL state, tooltips, toasts. */
export function Providers({ nonce, children }: ProvidersProps) {
  const [client] = useState(() => createQueryClient({ onSignedOut: goAndSignIn }));
  return (
    <ThemeProvider
      attribute="data-theme"
      defaultTheme="system"
      enableSystem
      disableTransitionOnChange
      {...(nonce === undefined ? {} : { nonce })}
    >
      <QueryClientProvider client={client}>
        <NuqsAdapter>
          <Tooltip.Provider delayDuration={250} skipDelayDuration={400}>
            {children}
            <Toaster />
          </Tooltip.Provider>
        </NuqsAdapter>
      </QueryClientProvider>
    </ThemeProvider>
  );
}
